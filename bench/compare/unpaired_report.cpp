#include <fmt/format.h>

#include "bench/compare/report.hpp"
#include "bench/compare/report_text.hpp"

namespace reprise::compare {

namespace {

// What was found, and how sure that is.
std::string findings(const UnpairedComparison& c) {
  return fmt::format(
      "{}\n{}\nThat holds if the machine drifted by at most {:.2g} % between the files.\n",
      finding_line(c.files[1], c.files[0], c.verdicts), confidence_line(c.options.level),
      100 * c.options.drift);
}

}  // namespace

void print(std::ostream& out, const UnpairedComparison& c) {
  out << findings(c) << '\n';
  for (const std::string& warning : c.warnings) out << "warning: " << warning << '\n';
  const std::size_t width = name_width(c.benchmarks);
  out << fmt::format("\n{:<{}}  {:>8} {:>17} {:>8}  {}\n", "benchmark", width, "ratio", "interval",
                     "p (Holm)", "verdict");
  for (const Verdict& verdict : c.verdicts) {
    VerdictTexts texts(verdict);
    const std::size_t repetitions = c.fewest_repetitions[verdict.benchmark];
    if (repetitions < 4 && verdict.label == Label::insufficient_data) {
      texts.verdict += fmt::format(" ({} repetition{}; --benchmark_repetitions=10 gives more)",
                                   repetitions, repetitions == 1 ? "" : "s");
    }
    out << fmt::format("{:<{}}  {:>8} {:>17} {:>8}  {}\n", c.benchmarks[verdict.benchmark], width,
                       texts.ratio, texts.interval, texts.p, texts.verdict);
  }
  if (!c.left_out.empty()) out << '\n';
  for (const std::string& note : c.left_out) out << "left out: " << note << '\n';
}

void print_markdown(std::ostream& out, const UnpairedComparison& c) {
  out << "# Comparison of two result files\n\n" << findings(c) << '\n';
  for (const std::string& warning : c.warnings) out << "- warning: " << warning << '\n';
  out << "\n| benchmark | ratio | interval | p (Holm) | verdict |\n|---|---:|---|---:|---|\n";
  for (const Verdict& verdict : c.verdicts) {
    out << fmt::format("| {} {}\n", cell_text(c.benchmarks[verdict.benchmark]),
                       VerdictTexts(verdict).cells());
  }
  out << '\n';
  for (const std::string& note : c.left_out) out << "left out: " << note << "\n\n";
}

}  // namespace reprise::compare
