// The runs of a record, of both schemas. (repro/read_runs.cpp adds checks against the catalogue.)
#include <nlohmann/json.hpp>

#include "reprise/data/json.hpp"
#include "reprise/record/run_1.hpp"
#include "reprise/record/run_reader.hpp"
#include "tests/fuzz/fuzz.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace reprise;
  const std::string_view text = fuzz::text_of(data, size);
  fuzz::accept_or_refuse([&] {
    nlohmann::json document = parse_json(text, "record");
    const int before = fuzz::accepted;
    if (document.is_object() && document.contains("runs")) {
      for (nlohmann::json& run : document["runs"]) {
        fuzz::accept_or_refuse([&] { key_of(run_record_from(run, "record")); });
        if (!run.is_object() || !run.contains("settings")) continue;
        run["settings"] = settings_of_run_1(run["settings"]);
        fuzz::accept_or_refuse([&] { key_of(run_record_from(run, "record")); });
      }
    }
    if (fuzz::accepted == before) throw Error("record: found no run, expected some");
  });
  return 0;
}
