#include "services/cli/output/import_views.h"

#include "services/cli/output/format.h"
#include "services/cli/output/names.h"
#include "services/cli/output/progress.h"

namespace muster::cli {
namespace {

using registry::v1::Import;
using registry::v1::ImportProblem;

const std::string& RemedyIn(const ImportProblem& problem, Language language) {
  return language == Language::kChinese ? problem.remedy().zh() : problem.remedy().en();
}

std::string NumberOrNothing(int64_t number) { return number == 0 ? "" : Thousands(number); }

void PrintProblems(Output& output, const Import& import) {
  if (import.problems().empty()) {
    return;
  }
  Table table({output.In({"行", "row"}), output.In({"列", "column"}), output.In({"问题和办法", "problem and remedy"})});
  table.AlignRight(0);
  for (const ImportProblem& problem : import.problems()) {
    table.Add({std::to_string(problem.row()), problem.column(), RemedyIn(problem, output.language())});
  }
  output.Print(table);
  if (import.problem_count() > import.problems_size()) {
    const std::string all = Thousands(import.problem_count());
    output.Note({"共 " + all + " 个问题，只列出前面的。", all + " problems in all; the first are shown."});
  }
}

}  // namespace

void PrintImport(Output& output, const Import& import) {
  Card card;
  card.Add(output.In({"导入", "import"}), import.id());
  card.Add(output.In({"内容", "content"}), Readable(import.what(), output.language()));
  card.Add(output.In({"方式", "mode"}),
           import.dry_run() ? output.In({"只检查", "dry run"}) : Readable(import.mode(), output.language()));
  card.Add(output.In({"状态", "state"}), Readable(import.state(), output.language()));
  card.Add(output.In({"进度", "progress"}), std::to_string(import.progress_percent()) + "%");
  card.Add(output.In({"总行数", "rows"}), NumberOrNothing(import.rows_total()));
  card.Add(output.In({"合格", "good"}), NumberOrNothing(import.rows_good()));
  card.Add(output.In({"不合格", "bad"}), NumberOrNothing(import.rows_bad()));
  card.Add(output.In({"存入", "stored"}), NumberOrNothing(import.rows_stored()));
  card.Add(output.In({"已有", "there already"}), NumberOrNothing(import.rows_already_there()));
  for (const std::string& column : import.unknown_columns()) {
    card.Add(output.In({"没有用到的列", "column not read"}), column);
  }
  if (import.has_failure()) {
    card.Add(output.In({"原因", "why"}), RemedyIn(import.failure(), output.language()));
  }
  output.Print(card);
  PrintProblems(output, import);
}

void PrintImports(Output& output, const registry::v1::ListImportsResponse& reply) {
  Table table({output.In({"导入", "import"}), output.In({"开始", "started"}), output.In({"内容", "content"}),
               output.In({"状态", "state"}), output.In({"进度", "progress"}), output.In({"存入", "stored"}),
               output.In({"不合格", "bad"})});
  table.AlignRight(4).AlignRight(5).AlignRight(6);
  for (const Import& import : reply.imports()) {
    table.Add({import.id(), FormatTime(import.create_time()), Readable(import.what(), output.language()),
               Readable(import.state(), output.language()), std::to_string(import.progress_percent()) + "%",
               Thousands(import.rows_stored()), Thousands(import.rows_bad())});
  }
  output.Print(table);
}

}  // namespace muster::cli
