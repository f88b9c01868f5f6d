#include "services/gateway/console.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <utility>

#include "absl/strings/ascii.h"
#include "muster/domain/reason.h"
#include "services/gateway/http/error_response.h"

namespace muster::gateway {
namespace {

constexpr std::string_view kRoot = "/console/";
constexpr std::string_view kIndex = "index.html";
/// What lies here has a hash of its content in its name.
constexpr std::string_view kHashed = "assets/";
constexpr std::string_view kForEver = "public, max-age=31536000, immutable";
constexpr std::string_view kAskAgain = "no-cache";
constexpr const char* kMissing =
    "这里没有安装控制台。运行 deploy/up.sh 可以编译并安装，或用设置 gateway.console_dir 指向它的目录。接口不受影响。\n"
    "No console is installed here. deploy/up.sh builds and installs it; the setting gateway.console_dir names its "
    "folder. "
    "The interface works all the same.\n";

constexpr auto kTypes = std::to_array<std::pair<std::string_view, std::string_view>>({
    {".html", "text/html; charset=utf-8"},
    {".js", "text/javascript; charset=utf-8"},
    {".css", "text/css; charset=utf-8"},
    {".svg", "image/svg+xml"},
    {".png", "image/png"},
    {".json", "application/json"},
    {".webmanifest", "application/manifest+json"},
    {".txt", "text/plain; charset=utf-8"},
    {".woff2", "font/woff2"},
});

std::string_view TypeOf(std::string_view name) {
  const auto* const found =
      std::find_if(kTypes.begin(), kTypes.end(), [&](const auto& type) { return name.ends_with(type.first); });
  return found == kTypes.end() ? "application/octet-stream" : found->second;
}

std::shared_ptr<const std::string> Read(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return std::make_shared<const std::string>(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
}

/// Every regular file below a folder, with its path from there; nothing where the folder cannot be read.
std::map<std::string, std::filesystem::path> FilesBelow(const std::filesystem::path& folder) {
  std::map<std::string, std::filesystem::path> files;
  std::error_code error;
  std::filesystem::recursive_directory_iterator entry(folder, error);
  for (const std::filesystem::recursive_directory_iterator end; !error && entry != end; entry.increment(error)) {
    if (std::error_code ignored; !entry->is_symlink(ignored) && entry->is_regular_file(ignored)) {
      files.emplace(entry->path().lexically_relative(folder).generic_string(), entry->path());
    }
  }
  return files;
}

/// RFC 9110, 12.5.3, as far as it concerns gzip: named, and not with a weight of zero.
bool TakesGzip(std::string_view accept_encoding) {
  constexpr std::string_view kWeighted = "gzip;q=";
  std::string list;
  for (const char c : accept_encoding) {
    if (c != ' ' && c != '\t') {
      list += absl::ascii_tolower(static_cast<unsigned char>(c));
    }
  }
  for (size_t begin = 0; begin < list.size();) {
    const size_t end = std::min(list.find(',', begin), list.size());
    const std::string_view item = std::string_view(list).substr(begin, end - begin);
    if (item == "gzip") {
      return true;
    }
    if (item.starts_with(kWeighted)) {
      const std::string_view weight = item.substr(kWeighted.size());
      return weight.find_first_not_of("0123456789.") == weight.npos && weight.find_first_of("123456789") != weight.npos;
    }
    begin = end + 1;
  }
  return false;
}

/// What the console's own router may know: words and ids, never something like a file.
bool IsRoute(std::string_view rest) {
  return !rest.starts_with(kHashed) && std::all_of(rest.begin(), rest.end(), [](char c) {
    return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '-' || c == '/';
  });
}

HttpResponse Missing() {
  HttpResponse response;
  response.status = 404;
  response.content_type = "text/plain; charset=utf-8";
  response.body = kMissing;
  return response;
}

HttpResponse ToRoot() {
  HttpResponse response;
  response.status = 302;
  response.headers.emplace_back("location", kRoot);
  return response;
}

}  // namespace

Console Console::Load(const std::string& folder) {
  Console console;
  const auto found = folder.empty() ? std::map<std::string, std::filesystem::path>() : FilesBelow(folder);
  if (!found.contains(std::string(kIndex))) {
    return console;
  }
  for (const auto& [name, path] : found) {
    if (name.ends_with(".gz")) {
      continue;
    }
    File& file = console.files_[name];
    file.content_type = TypeOf(name);
    file.caching = name.starts_with(kHashed) ? kForEver : kAskAgain;
    file.plain = Read(path);
    if (const auto packed = found.find(name + ".gz"); packed != found.end()) {
      file.gzip = Read(packed->second);
    }
  }
  return console;
}

bool Console::Owns(std::string_view path) { return path == "/" || path == "/console" || path.starts_with(kRoot); }

HttpResponse Console::Answer(const HttpRequest& request) const {
  if (is_missing()) {
    return Missing();
  }
  if (!request.path.starts_with(kRoot)) {
    return ToRoot();
  }
  const std::string_view rest = std::string_view(request.path).substr(kRoot.size());
  auto file = files_.find(rest);
  if (file == files_.end() && IsRoute(rest)) {
    file = files_.find(kIndex);
  }
  return file == files_.end() ? ErrorResponse(404, Error(Reason::kNotFound))
                              : Send(file->second, request.Header("accept-encoding"));
}

HttpResponse Console::Send(const File& file, std::string_view accept_encoding) {
  HttpResponse response;
  response.content_type = file.content_type;
  response.shared_body = file.plain;
  response.headers.emplace_back("cache-control", file.caching);
  if (file.gzip != nullptr) {
    response.headers.emplace_back("vary", "accept-encoding");
    if (TakesGzip(accept_encoding)) {
      response.headers.emplace_back("content-encoding", "gzip");
      response.shared_body = file.gzip;
    }
  }
  return response;
}

}  // namespace muster::gateway
