#include <nlohmann/json.hpp>
#include <utility>

#include "muster/sheet/writer.h"

namespace muster::sheet {
namespace {

class GeoJsonWriter final : public Writer {
 public:
  GeoJsonWriter(std::vector<std::string> names, ByteSink sink) : names_(std::move(names)), sink_(std::move(sink)) {}

  absl::Status Add(const std::vector<std::string>& cells, const std::optional<Point>& point) override {
    nlohmann::ordered_json feature = {{"type", "Feature"}, {"geometry", nullptr}};
    if (point) {
      feature["geometry"] = {{"type", "Point"}, {"coordinates", {point->longitude, point->latitude}}};
    }
    nlohmann::ordered_json& properties = feature["properties"] = nlohmann::ordered_json::object();
    for (size_t i = 0; i < cells.size() && i < names_.size(); ++i) {
      properties[names_[i]] = cells[i];
    }
    const std::string before = begun_ ? ",\n" : Begin();
    return sink_(before + feature.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace));
  }
  absl::Status Finish() override { return sink_(Begin() + "\n]}\n"); }

 private:
  std::string Begin() { return std::exchange(begun_, true) ? "" : "{\"type\":\"FeatureCollection\",\"features\":[\n"; }

  const std::vector<std::string> names_;
  const ByteSink sink_;
  bool begun_ = false;
};

}  // namespace

std::unique_ptr<Writer> NewGeoJsonWriter(const std::vector<std::string>& names, ByteSink sink) {
  return std::make_unique<GeoJsonWriter>(names, std::move(sink));
}

}  // namespace muster::sheet
