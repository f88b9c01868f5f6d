#include "services/cli/parse/input_file.h"

#include <google/protobuf/util/json_util.h>

#include <fstream>
#include <iostream>

#include "muster/base/status_macros.h"
#include "services/cli/app/exit_code.h"

namespace muster::cli {
namespace {

constexpr size_t kMaxJsonBytes = 256UL * 1024;

std::string ReadUpTo(std::istream& in, size_t limit) {
  std::string bytes(limit, '\0');
  in.read(bytes.data(), static_cast<std::streamsize>(limit));
  bytes.resize(static_cast<size_t>(in.gcount()));
  return bytes;
}

}  // namespace

absl::StatusOr<std::string> ReadInput(const std::string& path, size_t limit) {
  std::ifstream file;
  if (path != "-") {
    file.open(path, std::ios::binary);
    if (!file) {
      return UsageError({"读不到文件 " + path + "。请检查路径和权限。",
                         "Cannot read " + path + ". Check the path and the permissions."});
    }
  }
  std::string bytes = ReadUpTo(path == "-" ? std::cin : file, limit + 1);
  if (bytes.size() > limit) {
    const std::string most = std::to_string(limit / 1024) + " KiB";
    return UsageError({path + " 太大，最多 " + most + "。", path + " is too large: at most " + most + "."});
  }
  return bytes;
}

absl::Status ReadJsonFile(const std::string& path, google::protobuf::Message* message) {
  MUSTER_ASSIGN_OR_RETURN(const std::string json, ReadInput(path, kMaxJsonBytes));
  if (!google::protobuf::util::JsonStringToMessage(json, message).ok()) {
    const std::string& type = message->GetDescriptor()->full_name();
    return UsageError({path + " 不是 " + type + " 的 JSON。字段名见 /openapi.json。",
                       path + " is not the JSON of a " + type + ". /openapi.json names the fields."});
  }
  return absl::OkStatus();
}

}  // namespace muster::cli
