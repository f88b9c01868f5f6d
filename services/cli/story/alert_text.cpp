#include "services/cli/story/alert_text.h"

#include <fmt/format.h>

#include "muster/base/text.h"

namespace muster::cli {
namespace {

constexpr Duration kLasts = std::chrono::hours(24);

/// One info block; the same facts in each language.
constexpr char kInfo[] = R"(  <info>
    <language>{language}</language>
    <category>Met</category>
    <event>{event}</event>
    <responseType>Prepare</responseType>
    <urgency>Immediate</urgency>
    <severity>{severity}</severity>
    <certainty>Observed</certainty>
    <onset>{onset}</onset>
    <expires>{expires}</expires>
    <senderName>{sender_name}</senderName>
    <headline>{headline}</headline>
    <description>{description}</description>
    <parameter><valueName>warning-color</valueName><value>{color}</value></parameter>
    <area>
      <areaDesc>{area}</areaDesc>
      <polygon>31.240,120.560 31.240,120.680 31.360,120.680 31.360,120.560 31.240,120.560</polygon>
      <geocode><valueName>GB/T 2260</valueName><value>320508</value></geocode>
    </area>
  </info>
)";

std::string Info(const AlertFacts& facts, bool chinese) {
  return fmt::format(
      kInfo, fmt::arg("language", chinese ? "zh-CN" : "en-US"),
      fmt::arg("event", chinese ? "暴雨内涝" : "Flooding by heavy rain"), fmt::arg("severity", facts.severity),
      fmt::arg("onset", CapTime(facts.sent)), fmt::arg("expires", CapTime(facts.sent + kLasts)),
      fmt::arg("sender_name", chinese ? "示范市气象台" : "Weather office of the demo city"),
      fmt::arg("headline", chinese ? "姑苏区暴雨内涝，居民需转移安置" : "Flooding in Gusu: residents have to be moved"),
      fmt::arg("description",
               chinese ? "六小时雨量超过 120 毫米，老旧小区进水，约 900 名居民转移到三所学校。"
                       : "More than 120 mm in six hours; old blocks are flooded, about 900 residents move to "
                         "three schools."),
      fmt::arg("color", facts.color), fmt::arg("area", chinese ? "姑苏区中心城区" : "Centre of Gusu district"));
}

}  // namespace

std::string CapTime(Time time) { return FormatMicros(ToMicros(time)).substr(0, 19) + "-00:00"; }

std::string MakeAlert(const AlertFacts& facts) {
  std::string text =
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<alert xmlns=\"urn:oasis:names:tc:emergency:cap:1.2\">\n";
  text += fmt::format("  <identifier>{}</identifier>\n  <sender>{}</sender>\n  <sent>{}</sent>\n", facts.identifier,
                      kAlertSender, CapTime(facts.sent));
  text += fmt::format("  <status>{}</status>\n  <msgType>{}</msgType>\n  <scope>Public</scope>\n", facts.status,
                      facts.message_type);
  if (!facts.references.empty()) {
    text += "  <references>" + facts.references + "</references>\n";
  }
  return text + Info(facts, true) + Info(facts, false) + "</alert>\n";
}

}  // namespace muster::cli
