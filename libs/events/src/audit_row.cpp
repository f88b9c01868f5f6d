#include "audit_row.h"

namespace muster::events {
namespace {

void AppendNumber(std::string& out, int64_t number) {
  for (int shift = 56; shift >= 0; shift -= 8) {
    out.push_back(static_cast<char>(static_cast<uint64_t>(number) >> shift));
  }
}

void AppendText(std::string& out, std::string_view text) {
  AppendNumber(out, static_cast<int64_t>(text.size()));
  out.append(text);
}

bool IsNumber(int column) { return column == 2 || column == 10; }

}  // namespace

AuditRow ParseAuditRow(const storage::Row& row) {
  AuditRow audit;
  audit.row_id = row.Int(0);
  audit.id = row.Text(1);
  audit.time = FromMicros(row.Int(2));
  audit.actor = row.Text(3);
  audit.actor_organization_id = row.Text(4);
  audit.actor_district_path = row.Text(5);
  audit.source_address = row.Text(6);
  audit.action = row.Text(7);
  audit.object_type = row.Text(8);
  audit.object_id = row.Text(9);
  audit.object_version = row.Int(10);
  audit.from_state = row.Text(11);
  audit.to_state = row.Text(12);
  audit.result = row.Text(13);
  audit.note = row.Text(14);
  audit.request_id = row.Text(15);
  audit.before_hash = row.Text(16);
  audit.after_hash = row.Text(17);
  return audit;
}

ChainHasher::ChainHasher() : context_(EVP_MD_CTX_new(), EVP_MD_CTX_free) {}

std::string ChainHasher::Next(std::string_view previous, int64_t seq, int64_t stamp_us, const storage::Row& row) {
  buffer_.assign(1, '\0');
  buffer_.append(previous);
  AppendNumber(buffer_, seq);
  AppendNumber(buffer_, stamp_us);
  for (int column = 1; column < kAuditColumns; ++column) {
    if (IsNumber(column)) {
      AppendNumber(buffer_, row.Int(column));
    } else {
      AppendText(buffer_, row.Text(column));
    }
  }
  std::string hash(32, '\0');
  EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr);
  EVP_DigestUpdate(context_.get(), buffer_.data(), buffer_.size());
  EVP_DigestFinal_ex(context_.get(), reinterpret_cast<unsigned char*>(hash.data()), nullptr);
  return hash;
}

}  // namespace muster::events
