#include <fmt/format.h>

#include "repro/certificate/pictures.hpp"
#include "repro/certificate/sentences.hpp"
#include "repro/certificate/table.hpp"

namespace reprise::book {

namespace {

constexpr const char* kIntroduction =
    "# Certificate of reproduction\n\n"
    "Could each log that the book prints be one more run of our program? `reprise certify` wrote "
    "this page;\ndocs/certificate.md explains the method.\n\n"
    "- **consistent**: yes. Nothing distinguishes the printed log from our runs (p > 5 %), and the "
    "test would\n  have noticed a difference.\n"
    "- **inconsistent**: no. The printed log is farther from the center than at least 95 % of our "
    "runs (p <= 5 %).\n"
    "- **underpowered**: unknown. p > 5 %, but the test would not have noticed a large difference "
    "either.\n\n## Summary\n\n";

}  // namespace

void write_page(std::ostream& out, const Certificate& certificate,
                const std::filesystem::path& directory) {
  out << kIntroduction;
  for (const Family& family : certificate.families) out << "- " << headline(family) << ".\n";
  out << "\n## Verdicts\n\n| experiment | edition | source | numbers | semantics | N | p | least p "
         "| sd | verdict |\n|---|---|---|---|---|---|---|---|---|---|\n";
  for (const LogVerdict& log : certificate.verdicts) {
    out << fmt::format("| {} | {} | {} | {} | {}{} | {} | {} | {} | {} | {} |\n", log.experiment,
                       log.edition, log.source, log.quantities.size(), log.semantics,
                       log.of_its_time ? "" : " (not of its time)", log.runs, p_text(log.p),
                       p_text(log.smallest_p), effect_text(log.minimum_detectable_effect),
                       name_of(log.verdict));
  }
  out << '\n';
  for (const char* note : kTableNotes) out << "- " << note << '\n';
  out << "\n## Reasons\n";
  print_reasons(out, certificate, "- ");
  std::string pictures;
  for (const std::string& name : picture_names(certificate)) {
    if (std::filesystem::exists(directory / (name + ".svg"))) {
      pictures += fmt::format("![{0}]({0}.svg)\n", name);
    }
  }
  if (!pictures.empty()) out << "\n## Pictures\n\n" << pictures;
}

}  // namespace reprise::book
