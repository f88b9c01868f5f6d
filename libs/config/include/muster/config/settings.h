#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace muster::config {

/// Exit status of a program whose settings are wrong (EX_CONFIG of sysexits.h).
constexpr int kExitBadSettings = 78;

/// Says what is wrong with a value; nothing when it is right.
using Check = std::function<std::optional<std::string>(const std::string& value)>;

/// "host:port" with an IPv4 address, an IPv6 address in brackets or a host name, port 0 to 65535.
std::optional<std::string> CheckAddress(const std::string& value);

/// The same, on a loopback or private address only (RFC 1918, RFC 4193) or "localhost".
std::optional<std::string> CheckPrivateAddress(const std::string& value);

/// What is known of a setting beside its name, type and default.
struct Option {
  std::string help_zh = {};
  std::string help_en = {};
  int64_t minimum = 0;  ///< of a number, or of a duration in milliseconds
  int64_t maximum = std::numeric_limits<int64_t>::max();
  std::vector<std::string> choices = {};  ///< the only values of a text; empty: any
  Check check = {};
  std::string environment = {};  ///< "MUSTER_LISTEN"; empty: made of the name, MUSTER_LOG_LEVEL for log.level
  std::string flag = {};         ///< "listen"; empty: made of the name, --log-level for log.level
};

/// What a process was started with.
struct Inputs {
  std::vector<std::string> arguments = {};  ///< without the program's name
  std::map<std::string, std::string> environment = {};

  static Inputs OfProcess(int argc, const char* const* argv);
};

/// Fills variables from a TOML file (--config FILE or MUSTER_CONFIG), then the environment, then flags; each wins over
/// the one before, and the value that a variable holds when it is bound is its default. A setting named "log.level"
/// is the key `level` of the table `[log]`. Not thread-safe: used once, at the start, and the variables outlive it.
///
/// An unknown key of the file, an unknown flag or a bad value is an error. An unknown MUSTER_ variable is not:
/// Kubernetes puts variables of that form into every container beside a service called "muster".
class Loader {
 public:
  Loader& Bind(const std::string& name, std::string& target, Option option);
  Loader& Bind(const std::string& name, int64_t& target, Option option);
  Loader& Bind(const std::string& name, bool& target, Option option);
  /// Written "250ms", "30s", "10m" or "2h".
  Loader& Bind(const std::string& name, std::chrono::milliseconds& target, Option option);
  /// The path of a file that holds a secret. A file that cannot be read, or that others than owner and group can
  /// read, is an error; an empty path is none.
  Loader& BindSecretFile(const std::string& name, std::string& target, Option option);
  /// A rule over several settings, tried when all are read; what it says is reported against `name`.
  Loader& Require(const std::string& name, std::function<std::optional<std::string>()> rule);

  /// Reads all sources. The error is one line: where, which setting, what is wrong
  /// ("musterd.toml:3: gateway.listen: must be host:port, is \"8080\"").
  absl::Status Load(const Inputs& inputs);

  /// Every setting with its value and where that came from, as a TOML file that Load() would take.
  std::string Describe() const;
  /// Every flag with its variable, default and meaning in both languages.
  std::string Help() const;

 private:
  enum class Kind { kText, kInteger, kBoolean, kDuration };
  struct Setting {
    std::string name;
    Kind kind = Kind::kText;
    Option option;
    std::function<std::optional<std::string>(const std::string&)> assign;
    std::function<std::string()> show;
    std::string default_value = {};
    std::string origin = "default";
  };
  struct Rule {
    std::string name;
    std::function<std::optional<std::string>()> check;
  };

  Loader& Add(Setting setting);
  Setting* FindSetting(const std::string& name);
  Setting* FindFlag(const std::string& flag);
  absl::Status Assign(Setting& setting, const std::string& value, const std::string& origin);
  absl::Status LoadFile(const std::string& path);
  absl::Status LoadEnvironment(const std::map<std::string, std::string>& environment);
  absl::Status ReadFlags(const std::vector<std::string>& arguments, std::map<std::string, std::string>& flags);
  absl::Status LoadFlags(const std::map<std::string, std::string>& flags);
  /// "; is gateway.listen meant?" for a near miss, else nothing.
  std::string Suggestion(const std::string& name) const;

  std::vector<Setting> settings_;
  std::vector<Rule> rules_;
};

/// What the file of a secret holds, without the line end; empty for an empty path. The error names the path.
absl::StatusOr<std::string> ReadSecretFile(const std::string& path);

/// Loads for a main(): answers --help and --print-settings on stdout, and reports an error on stderr. Returns the exit
/// status when the program is to end there, nothing when it is to go on.
std::optional<int> LoadForMain(Loader& loader, int argc, const char* const* argv);

}  // namespace muster::config
