#include "tls_source.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <chrono>
#include <condition_variable>
#include <fstream>
#include <map>
#include <mutex>
#include <optional>
#include <sstream>
#include <stop_token>
#include <string_view>
#include <thread>
#include <tuple>
#include <utility>

#include "muster/base/clock.h"
#include "muster/base/mutex.h"
#include "muster/base/status_macros.h"
#include "muster/base/text.h"
#include "muster/security/certificate.h"
#include "muster/security/key_file.h"
#include "muster/telemetry/log.h"

namespace muster::rpc {
namespace {

using security::SensitiveText;

constexpr auto kPause = std::chrono::seconds(1);

absl::Status FileError(const std::string& path, const std::string& what) {
  return absl::FailedPreconditionError(path + ": " + what);
}

struct TlsContent {
  std::string certificate;
  SensitiveText key;
  std::string authority;

  bool operator==(const TlsContent&) const = default;
};

absl::StatusOr<std::string> ReadFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  if (!(text << file.rdbuf())) {
    return FileError(path, "cannot be read, or is empty");
  }
  return text.str();
}

absl::StatusOr<TlsContent> Read(const TlsFiles& files) {
  MUSTER_ASSIGN_OR_RETURN(std::string authority, ReadFile(files.authority));
  MUSTER_ASSIGN_OR_RETURN(std::string certificate, ReadFile(files.certificate));
  MUSTER_ASSIGN_OR_RETURN(SensitiveText key, security::ReadSecretFile(files.key));
  return TlsContent{std::move(certificate), std::move(key), std::move(authority)};
}

absl::Status Check(const TlsFiles& files, const TlsContent& content) {
  if (!security::SplitCertificates(content.authority).ok()) {
    return FileError(files.authority, "is not a list of certificates in PEM form");
  }
  const auto facts = security::ReadCertificate(content.certificate);
  if (!facts.ok()) {
    return FileError(files.certificate, "is not a certificate in PEM form");
  }
  if (!security::IsKeyPair(content.certificate, content.key)) {
    return FileError(files.key, "is not the private key of " + files.certificate);
  }
  if (!security::IsSignedBy(content.certificate, content.authority)) {
    return FileError(files.certificate, "is not signed by an authority of " + files.authority);
  }
  return facts->end > SystemClock().Now()
             ? absl::OkStatus()
             : FileError(files.certificate, "ended at " + FormatMicros(ToMicros(facts->end)));
}

/// A source and what it was last filled from.
class Watched {
 public:
  explicit Watched(TlsFiles files) : files_(std::move(files)) {}

  const TlsSource& source() const { return source_; }

  void Look() {
    WarnOfTheEnd();
    absl::StatusOr<TlsContent> content = Read(files_);
    if (content.ok() && taken_ == *content) {
      refused_ = absl::OkStatus();
      return;
    }
    const absl::Status status = content.ok() ? Check(files_, *content) : content.status();
    if (status.ok()) {
      Take(*std::move(content));
    } else if (status != refused_) {
      telemetry::LogError("the files of a certificate cannot be used", {{"reason", std::string(status.message())}});
    }
    refused_ = status;
  }

 private:
  void Take(TlsContent content) {
    source_.authority.Put(content.authority);
    const SensitiveText both(content.key.Reveal() + content.certificate);
    source_.identity.Put(both.Reveal());
    const auto facts = security::ReadCertificate(content.certificate);
    telemetry::LogInfo("a certificate is in use",
                       {{"subject", facts->subject}, {"ends", FormatMicros(ToMicros(facts->end))}});
    taken_ = std::move(content);
    end_ = facts->end;
    warned_of_days_.reset();
    WarnOfTheEnd();
  }

  /// One line 30, 7 and 1 days before the end, and one when it has come.
  void WarnOfTheEnd() {
    constexpr auto kDay = std::chrono::hours(24);
    for (const int days : {0, 1, 7, 30}) {
      if (end_ - SystemClock().Now() <= days * kDay) {
        if (std::exchange(warned_of_days_, days) != days) {
          telemetry::LogWarning(days == 0 ? "a certificate has ended" : "a certificate ends soon",
                                {{"file", files_.certificate}, {"ends", FormatMicros(ToMicros(end_))}});
        }
        return;
      }
    }
  }

  const TlsFiles files_;
  TlsSource source_;
  TlsContent taken_;
  absl::Status refused_;
  Time end_ = Time::max();
  std::optional<int> warned_of_days_;
};

/// Every source of the process.
class Sources {
 public:
  const TlsSource& Of(const TlsFiles& files) {
    MutexLock lock(mutex_);
    const auto [found, is_new] = watched_.try_emplace(std::tuple(files.certificate, files.key, files.authority), files);
    if (is_new) {
      found->second.Look();
    }
    return found->second.source();
  }

  /// Looks at all files again and again until it is told to stop.
  void Watch(const std::stop_token& stop) {
    std::mutex sleep;
    std::condition_variable_any wake;
    std::unique_lock<std::mutex> asleep(sleep);
    while (!wake.wait_for(asleep, stop, kPause, [&stop] { return stop.stop_requested(); })) {
      MutexLock lock(mutex_);
      for (auto& [key, watched] : watched_) {
        watched.Look();
      }
    }
  }

 private:
  Mutex mutex_;
  std::map<std::tuple<std::string, std::string, std::string>, Watched> watched_ MUSTER_GUARDED_BY(mutex_);
};

int NewMemory() { return memfd_create("muster-tls", MFD_CLOEXEC); }

}  // namespace

MemoryFile::MemoryFile() : descriptor_(NewMemory()) {}
MemoryFile::~MemoryFile() { close(descriptor_); }

void MemoryFile::Put(std::string_view content) {
  const int fresh = NewMemory();
  const bool whole = write(fresh, content.data(), content.size()) == static_cast<ssize_t>(content.size());
  if (whole) {
    dup3(fresh, descriptor_, O_CLOEXEC);
  }
  close(fresh);
}

absl::Status CheckTlsFiles(const TlsFiles& files) {
  MUSTER_ASSIGN_OR_RETURN(const TlsContent content, Read(files));
  return Check(files, content);
}

const TlsSource& SourceOf(const TlsFiles& files) {
  static Sources* const sources = new Sources;  // stays: gRPC reads the files of memory on threads of its own
  const TlsSource& source = sources->Of(files);
  static const std::jthread watcher([](const std::stop_token& stop) { sources->Watch(stop); });
  return source;
}

}  // namespace muster::rpc
