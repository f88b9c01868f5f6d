#include "services/cli/story/story.h"

#include <nlohmann/json.hpp>

#include "services/cli/story/stage.h"

namespace muster::cli {
namespace {

using Chapter = absl::Status (*)(Stage&);

constexpr Chapter kChapters[] = {
    TellOfTheCity,     TellOfTheAlert,     TellOfTheRequest, TellOfTheCandidates, TellOfTheDispatch, TellOfTheAnswers,
    TellOfTheNextWave, TellOfTheDeparture, TellOfTheWork,    TellOfTheEnd,        TellOfTheAudit,
};

void Summarize(Stage& stage) {
  Output& output = stage.narrator.output();
  if (!output.json()) {
    output.Line("");
    output.Line(output.Paint(
        Color::kGreen, output.In({"故事讲完了：从警报到队伍回家，全部是真实调用。",
                                  "That was the story: from the alert to teams home again, by real calls only."})));
    return;
  }
  nlohmann::ordered_json summary;
  summary["incidentId"] = stage.incident.id();
  summary["requestId"] = stage.request.id();
  summary["chapters"] = stage.narrator.chapters();
  summary["assignments"] = nlohmann::ordered_json::array();
  for (const auto& assignment : stage.assignments) {
    summary["assignments"].push_back(assignment.id());
  }
  output.Line(summary.dump(2));
}

}  // namespace

absl::StatusOr<ExitCode> PlayStory(Context& context, bool pause) {
  MUSTER_ASSIGN_OR_RETURN(const auto cast, Cast::Gather(context));
  Narrator narrator(context.output(), pause);
  Stage stage{context, *cast, narrator};
  for (const Chapter chapter : kChapters) {
    MUSTER_RETURN_IF_ERROR(chapter(stage));
  }
  Summarize(stage);
  return ExitCode::kOk;
}

}  // namespace muster::cli
