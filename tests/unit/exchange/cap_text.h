#pragma once

#include <string>

namespace muster::exchange {

/// Writes a CAP document out of its parts, which a test changes one at a time. Texts go in as they are.
struct CapText {
  std::string name_space = "urn:oasis:names:tc:emergency:cap:1.2";
  std::string identifier = "SZ-2026-0001";
  std::string sender = "duty@weather.suzhou.example";
  std::string sent = "2026-06-20T08:00:00+08:00";
  std::string status = "Actual";
  std::string type = "Alert";
  std::string scope = "<scope>Public</scope>";
  std::string references;  ///< with its tag
  std::string infos = Info();

  static std::string Info() { return Info(Area()); }
  static std::string Info(const std::string& area, const std::string& extra = "",
                          const std::string& times = "<expires>2026-06-20T20:00:00+08:00</expires>",
                          const std::string& severity = "Severe", const std::string& language = "zh-CN") {
    return "<info><language>" + language +
           "</language><category>Met</category><event>暴雨</event><urgency>Immediate</urgency><severity>" + severity +
           "</severity><certainty>Observed</certainty>" + times +
           "<headline>昆山市发布暴雨警报</headline><description>六小时内将有暴雨。</description>" + extra + area +
           "</info>";
  }
  static std::string Area(const std::string& shapes =
                              "<polygon>31.3,120.9 31.3,121.1 31.5,121.1 31.5,120.9 31.3,120.9"
                              "</polygon>") {
    return "<area><areaDesc>昆山市</areaDesc>" + shapes + "</area>";
  }
  static std::string Parameter(const std::string& name, const std::string& value) {
    return "<parameter><valueName>" + name + "</valueName><value>" + value + "</value></parameter>";
  }

  std::string Text() const {
    return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<alert xmlns=\"" + name_space + "\"><identifier>" + identifier +
           "</identifier><sender>" + sender + "</sender><sent>" + sent + "</sent><status>" + status +
           "</status><msgType>" + type + "</msgType>" + scope + references + infos + "</alert>";
  }
};

}  // namespace muster::exchange
