#pragma once

#include <string>
#include <vector>

#include "muster/registry/v1/import.pb.h"
#include "services/registry/core/credit_code.h"
#include "tests/unit/registry/registry_fixture.h"

namespace muster::registry {

/// Uploads files, starts imports of them and works on them step by step.
class ImportFixture : public RegistryFixture {
 protected:
  absl::StatusOr<pb::UploadPartResponse> SendPart(const std::string& token, const std::string& upload_id, int number,
                                                  const std::string& content, bool last) {
    pb::UploadPartRequest request;
    request.set_request_id(NewRequestId());
    request.set_upload_id(upload_id);
    request.set_number(number);
    request.set_content(content);
    request.set_last(last);
    return Invoke<pb::UploadPartResponse>(token, "UploadPart", request);
  }

  std::string Upload(const std::string& token, const std::string& content) {
    constexpr size_t kPart = 300'000;  // not where rows end
    std::string id;
    int number = 0;
    for (size_t at = 0; at < content.size(); at += kPart) {
      const auto part = SendPart(token, id, number++, content.substr(at, kPart), at + kPart >= content.size());
      EXPECT_OK(part);
      id = part.value_or(pb::UploadPartResponse()).upload_id();
    }
    return id;
  }

  static pb::StartImportRequest Wish(pb::SheetContent what, pb::ImportMode mode = pb::IMPORT_MODE_ALL_OR_NOTHING) {
    pb::StartImportRequest request;
    request.set_what(what);
    request.set_mode(mode);
    return request;
  }

  absl::StatusOr<pb::Import> Start(const std::string& token, const std::string& content, pb::StartImportRequest wish) {
    wish.set_upload_id(Upload(token, content));
    wish.set_request_id(NewRequestId());
    return Invoke<pb::Import>(token, "StartImport", wish);
  }

  absl::StatusOr<pb::Import> GetImport(const std::string& token, const std::string& id) {
    pb::GetImportRequest request;
    request.set_id(id);
    return Invoke<pb::Import>(token, "GetImport", request);
  }

  /// Works until nothing is left to do.
  void Work() {
    while (service_->StepImport(clock_.Now()) == Duration::zero()) {
    }
  }

  /// The import of a file, at its end.
  pb::Import Import(const std::string& token, const std::string& content, const pb::StartImportRequest& wish) {
    const auto started = Start(token, content, wish);
    EXPECT_OK(started);
    if (!started.ok()) {
      return {};
    }
    Work();
    const auto done = GetImport(token, started->id());
    EXPECT_OK(done);
    return done.value_or(pb::Import());
  }

  /// A credit code whose checks fit.
  static std::string Code(int number) {
    const std::string digits = std::to_string(number);
    const std::string own = "MJ" + std::string(6 - digits.size(), '0') + digits;
    const std::string code = "52320583" + own + OrganizationCodeCheck(own);
    return code + CreditCodeCheck(code);
  }

  /// A sheet of `rows` organizations in Kunshan.
  static std::string Organizations(int rows, int first = 1) {
    std::string text = "组织名称,统一社会信用代码,所属区划,地址,联系人,联系电话\n";
    for (int i = first; i < first + rows; ++i) {
      text += "第" + std::to_string(i) + "服务社," + Code(i) + ",昆山市,周庄镇全福路1号,张三,19900000001\n";
    }
    return text;
  }

  /// All bytes of an export.
  absl::StatusOr<std::string> Export(const std::string& token, const pb::ExportRegistryRequest& request) {
    const auto reader = rpc::StreamReader<pb::ExportRegistryResponse>::Start(
        *peer_, "muster.registry.v1.RegistryService.ExportRegistry", CallOf(token), request);
    using Next = rpc::StreamReader<pb::ExportRegistryResponse>::Next;
    std::string file;
    pb::ExportRegistryResponse piece;
    while (reader->Read(&piece, std::chrono::seconds(10)) == Next::kItem) {
      file += piece.content();
    }
    return reader->status().ok() ? absl::StatusOr<std::string>(file) : reader->status();
  }
};

}  // namespace muster::registry
