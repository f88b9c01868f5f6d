#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "absl/status/status.h"

namespace muster::sheet {

/// The attributes of an element, by name; valid inside the handler only.
class XmlAttributes {
 public:
  explicit XmlAttributes(const char** pairs) : pairs_(pairs) {}
  /// Empty when it is not there. A prefix of the attribute's name is left out: "id" finds "r:id".
  std::string_view Get(std::string_view name) const;

 private:
  const char** pairs_;
};

/// Reads XML as it comes in. Document types, and with them entities, are refused, and so is what is nested too deep.
class XmlStream {
 public:
  /// Element names come without their prefix. A handler's error ends the reading.
  struct Handlers {
    std::function<absl::Status(std::string_view name, const XmlAttributes& attributes)> on_start;
    std::function<absl::Status(std::string_view name)> on_end;
    std::function<absl::Status(std::string_view text)> on_text;
  };
  explicit XmlStream(Handlers handlers);
  ~XmlStream();
  XmlStream(const XmlStream&) = delete;
  XmlStream& operator=(const XmlStream&) = delete;

  absl::Status Feed(std::string_view bytes, bool last);

 private:
  struct Callbacks;
  void Stop(absl::Status status);

  const Handlers handlers_;
  void* parser_;  ///< XML_Parser
  int depth_ = 0;
  size_t unfinished_bytes_ = 0;  ///< fed since the last element, text or comment came to its end
  absl::Status status_;
};

}  // namespace muster::sheet
