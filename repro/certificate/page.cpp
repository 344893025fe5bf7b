#include <fmt/format.h>

#include "repro/certificate/pictures.hpp"
#include "repro/certificate/sentences.hpp"
#include "repro/certificate/table.hpp"

namespace reprise::book {

void write_page(std::ostream& out, const Certificate& certificate,
                const std::filesystem::path& folder) {
  out << "# Certificate of reproduction\n\n"
         "`reprise certify` made this page; docs/certificate.md says what the words mean.\n\n";
  for (const Family& family : certificate.families) out << "- " << headline(family) << '\n';
  out << "\n| experiment | edition | source | numbers | semantics | N | p | least p | sd | verdict "
         "|"
         "\n|---|---|---|---|---|---|---|---|---|---|\n";
  for (const LogVerdict& row : certificate.verdicts) {
    out << fmt::format("| {} | {} | {} | {} | {}{} | {} | {} | {} | {} | {} |\n", row.experiment,
                       row.edition, row.source, row.quantities.size(), row.semantics,
                       row.of_its_time ? "" : " (not of its time)", row.runs, p_text(row.p),
                       p_text(row.smallest_p), effect_text(row.minimum_detectable_effect), name_of(row.verdict));
  }
  out << "\n## Behind the verdicts\n";
  for (const LogVerdict& row : certificate.verdicts) {
    const auto words = reasons(row);
    if (words.empty()) continue;
    out << fmt::format("\n{}: {}\n", name_of(row), name_of(row.verdict));
    for (const std::string& word : words) out << "- " << word << '\n';
  }
  std::string pictures;
  for (const std::string& name : picture_names(certificate)) {
    if (std::filesystem::exists(folder / (name + ".svg"))) {
      pictures += fmt::format("![{0}]({0}.svg)\n", name);
    }
  }
  if (!pictures.empty()) out << "\n## Pictures\n\n" << pictures;
}

}  // namespace reprise::book
