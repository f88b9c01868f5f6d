#include "services/cli/app/search_options.h"

namespace muster::cli {

void BindSearch(Commands& commands, Command app, SearchOptions& options) {
  app.Option("--district", options.district,
             commands.In({"区划，如昆山市、320583、3205/320583", "its district: Kunshan, 320583 or 3205/320583"}));
  app.Option("--text", options.text,
             commands.In({"名称中的文字，至少两个字", "a text in the name, two characters at least"}));
  const Argument capability =
      app.Option("--capability", options.capability, commands.In({"只列有这项能力的", "only with this capability"}));
  app.Option("--level", options.lowest_level,
             commands.In({"该能力最低的等级（1 最高，4 最低）", "the worst level of it that will do, 1 to 4"}))
      .Needs(capability);
  const Argument near =
      app.Option("--near", options.near, commands.In({"离这个位置不远的：纬度,经度", "near latitude,longitude"}));
  app.Option("--radius-km", options.radius_km, commands.In({"多远以内，公里", "how near, kilometres"}))
      .ShowDefault()
      .Needs(near);
}

}  // namespace muster::cli
