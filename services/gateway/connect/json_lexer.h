#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace muster::gateway {

/// Walks over strict JSON (RFC 8259) without building a tree: valid UTF-8, no duplicate keys, no NaN, no comments, no
/// trailing text, at most 32 levels, numbers that a double can hold. Every error is BAD_JSON with the byte offset,
/// and quotes nothing of the text.
class JsonLexer {
 public:
  static constexpr int kMaxDepth = 32;

  enum class Kind { kObject, kArray, kString, kNumber, kTrue, kFalse, kNull };

  /// `text` must outlive the lexer.
  explicit JsonLexer(std::string_view text) : text_(text) {}

  /// To be called first: the whole text must be UTF-8.
  absl::Status CheckUtf8() const;

  /// The kind of the value that follows; consumes white space only.
  absl::StatusOr<Kind> Peek();
  /// Enters the object or array that follows.
  absl::Status Enter();
  /// In an object or array: true when another member follows, false when its end was consumed. `first` is kept by the
  /// caller, true at the beginning.
  absl::StatusOr<bool> Next(char close, bool* first);
  /// In an object: the key and the colon.
  absl::StatusOr<std::string> Key();
  absl::StatusOr<std::string> String();
  /// The text of a number.
  absl::StatusOr<std::string_view> Number();
  /// true, false or null.
  absl::Status Word();
  /// Passes over any value, checking it.
  absl::Status Skip();
  /// Only white space may follow.
  absl::Status End();

  size_t offset() const { return position_; }
  /// The text from `begin` up to here.
  std::string_view Since(size_t begin) const { return text_.substr(begin, position_ - begin); }
  absl::Status Bad(size_t offset) const;

 private:
  void Blank();
  absl::Status Escape(std::string& out);
  absl::StatusOr<unsigned> FourDigits();
  absl::Status SkipObject();
  absl::Status SkipArray();
  bool Digits();

  std::string_view text_;
  size_t position_ = 0;
  int depth_ = 0;
};

}  // namespace muster::gateway
