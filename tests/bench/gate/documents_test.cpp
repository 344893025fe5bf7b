// The documents of a gate are what their readers expect: JSON that follows its schema, and XML that
// is well-formed whatever benchmarks are called. Python's readers judge that.
#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <fstream>
#include <limits>
#include <nlohmann/json.hpp>
#include <sstream>

#include "bench/gate/report.hpp"
#include "reprise/data/json.hpp"
#include "tests/support/real_data.hpp"
#include "tests/support/scratch.hpp"

namespace reprise::gate {
namespace {

using nlohmann::json;

GateResult result_with(const std::vector<std::string>& names) {
  GateResult result;
  result.base = {"./base --flag", std::string(40, 'a'), "main"};
  result.head = {"./head", "", ""};
  const Label labels[] = {Label::regression,     Label::accepted,       Label::undecided,
                          Label::failed_in_head, Label::failed_in_base, Label::missing,
                          Label::not_slower};
  for (std::size_t i = 0; i < names.size(); ++i) {
    Row row{.benchmark = names[i], .label = labels[i % std::size(labels)], .why = names[i]};
    row.screened = {18, 1.1, 1.05, std::numeric_limits<double>::infinity()};
    row.control = {1, 0.99, 1.01, false};
    row.base_ns = 100;
    row.head_ns = 110;
    if (row.label == Label::regression) {
      row.confirmed = {24, 1.12, 1.06, 1.15};
      row.p = 1e-3;
    }
    if (row.label == Label::accepted) row.accepted = {std::string(40, 'b'), names[i], 1.2, "why"};
    if (row.label == Label::failed_in_head) {
      row.screened = {};
      row.head_ns = std::nan("");
    }
    result.rows.push_back(row);
  }
  result.control = {1.0004, 0.998, 1.003, false};
  result.screen_rounds = 18;
  result.confirm_rounds = 24;
  result.seconds = 61;
  result.control_ns = std::nan("");
  result.new_in_head = {"new"};
  result.skipped = {"gone (no data)"};
  result.warnings = {"another process runs"};
  result.unused = {{std::string(40, 'd'), "former", 1.2, "was slow"}};
  return result;
}

const std::vector<std::string> kNames{"a", "b", "c", "d", "e", "f", "g"};

bool python_accepts(const std::string& code, const std::string& text,
                    const std::string& argument = "") {
  const testing::Scratch scratch;
  std::ofstream(scratch.path() / "document", std::ios::binary) << text;
  const std::string command = "python3 -c '" + code + "' '" +
                              (scratch.path() / "document").string() + "' '" + argument +
                              "' 2>/dev/null";
  return std::system(command.c_str()) == 0;
}

// Whether the schema accepts exactly those of `documents` that `accepted` has. One process judges
// them all, because starting Python takes longest.
bool schema_accepts(const json& documents, const std::vector<std::size_t>& accepted) {
  return python_accepts(
      "import json, sys, jsonschema;"
      "schema = jsonschema.Draft202012Validator(json.load(open(sys.argv[2])));"
      "documents, expected = json.load(open(sys.argv[1]));"
      "assert [i for i, d in enumerate(documents) if schema.is_valid(d)] == expected",
      json_text(json::array({documents, accepted})),
      testing::source_file("results/schema/gate-1.json").string());
}

TEST(GateJson, HasEverythingOfTheResult) {
  GateResult result = result_with(kNames);
  const json document = to_json(result);
  EXPECT_EQ(document["sentence"], verdict_sentence(result));
  EXPECT_EQ(document["exit_code"], 1);
  EXPECT_EQ(document["base"],
            json({{"text", "./base --flag"}, {"commit", std::string(40, 'a')}, {"ref", "main"}}));
  EXPECT_EQ(document["screen_rounds"], 18);
  EXPECT_EQ(document["confirm_rounds"], 24);
  EXPECT_EQ(document["seconds"], 61);
  EXPECT_EQ(document["margin"], 0.05);
  EXPECT_EQ(document["level"], 0.01);
  EXPECT_EQ(document["missing"], "fail");
  EXPECT_EQ(document["bits"], "warn");
  EXPECT_TRUE(document["control_kernel_ns"].is_null());  // NaN
  EXPECT_TRUE(document["failure"].is_null());
  EXPECT_EQ(document["control"]["low"], 0.998);
  EXPECT_EQ(document["new_in_head"], json({"new"}));
  EXPECT_EQ(document["extra_rows"], json({"gone (no data)"}));
  EXPECT_EQ(document["noise_warnings"], json({"another process runs"}));
  EXPECT_EQ(document["unused_accepted"][0]["benchmark"], "former");
  const json& regression = document["verdicts"][0];
  EXPECT_EQ(regression["verdict"], "regression");
  EXPECT_EQ(regression["exit_code"], 1);
  EXPECT_EQ(regression["ratio"], 1.12);  // of the fresh rounds
  EXPECT_EQ(regression["p_holm"], 1e-3);
  EXPECT_EQ(regression["screened"]["ratio"], 1.1);
  EXPECT_EQ(regression["confirmed"]["rounds"], 24);
  EXPECT_EQ(regression["base_ns"], 100);
  EXPECT_EQ(regression["head_ns"], 110);
  EXPECT_EQ(document["verdicts"][1]["accepted"]["factor"], 1.2);
  const json& undecided = document["verdicts"][2];
  EXPECT_EQ(undecided["ratio"], 1.1);
  EXPECT_TRUE(undecided["high"].is_null());  // infinite
  EXPECT_TRUE(undecided["p_holm"].is_null() && undecided["confirmed"].is_null());
  EXPECT_EQ(undecided["why"], "c");
  const json& failed = document["verdicts"][3];
  EXPECT_TRUE(failed["ratio"].is_null() && failed["screened"].is_null() &&
              failed["control"].is_null() && failed["head_ns"].is_null());
  result.failure = Error("./head crashed", ExitCode::missing);
  EXPECT_EQ(to_json(result)["failure"], "./head crashed");
  EXPECT_EQ(to_json(result)["exit_code"], 3);
}

TEST(GateJson, FollowsItsSchemaAndTheSchemaRefusesOthers) {
  if (std::system("python3 -c 'import jsonschema' 2>/dev/null") != 0) {
    GTEST_SKIP() << "python3-jsonschema is not installed";
  }
  const json document = to_json(result_with(kNames));
  GateResult empty;
  empty.failure = Error("./base crashed");
  json documents = json::array({document, to_json(empty)});
  for (const auto& [pointer, wrong] :
       std::vector<std::pair<std::string, json>>{{"/schema", "reprise/gate/2"},
                                                 {"/exit_code", 5},
                                                 {"/sentence", ""},
                                                 {"/base/commit", "main"},
                                                 {"/bits", true},
                                                 {"/verdicts/0/verdict", "slower"},
                                                 {"/verdicts/0/ratio", "1.1"},
                                                 {"/verdicts/0/confirmed/rounds", 0},
                                                 {"/verdicts/1/accepted", json::object()},
                                                 {"/control/called_different", 0},
                                                 {"/unknown", 1}}) {
    documents.push_back(document);
    documents.back()[json::json_pointer(pointer)] = wrong;
  }
  for (const auto& field : document.items()) {
    documents.push_back(document);
    documents.back().erase(field.key());
  }
  EXPECT_TRUE(schema_accepts(documents, {0, 1}));
  EXPECT_FALSE(schema_accepts(documents, {0}));
}

TEST(GateJunit, IsWellFormedWhateverTheNamesAre) {
  std::string controls;
  for (char c = 1; c < 32; ++c) controls += c;
  const std::vector<std::string> hostile{
      "BM<Parser<int>>/\"x\"&y|z'", controls + "\x7f",    "]]>", "<!-- -->", "\xff\xfe invalid",
      "\xef\xbf\xbe\xef\xbf\xbf",   "\xc3\xa4 &amp; &#0;"};
  std::ostringstream out;
  print_junit(out, result_with(hostile));
  // the names come back, apart from the characters that XML cannot have
  EXPECT_TRUE(python_accepts(
      "import sys, xml.etree.ElementTree as tree; suites = tree.parse(sys.argv[1]).getroot();"
      "suite = suites.find(\"testsuite\"); cases = suite.findall(\"testcase\");"
      "names = [case.get(\"name\") for case in cases];"
      "assert suites.tag == \"testsuites\" and int(suite.get(\"tests\")) == len(cases) == 7;"
      "count = lambda tag: len(suite.findall(\"testcase/\" + tag));"
      "assert int(suite.get(\"failures\")) == count(\"failure\") == 1;"
      "assert int(suite.get(\"errors\")) == count(\"error\") == 2;"
      "assert int(suite.get(\"skipped\")) == count(\"skipped\") == 2;"
      "quote = chr(39); assert names[0] == \"BM<Parser<int>>/\\\"x\\\"&y|z\" + quote, names;"
      "assert names[1:6] == [32 * \"?\", \"]]>\", \"<!-- -->\", \"?? invalid\", \"??\"], names;"
      "assert names[6] == chr(228) + \" &amp; &#0;\", names",
      out.str()));
  EXPECT_FALSE(
      python_accepts("import sys, xml.dom.minidom as d; d.parse(sys.argv[1])", out.str() + "<"));
}

}  // namespace
}  // namespace reprise::gate
