#include "reprise/data/json.hpp"

#include <fmt/format.h>

#include <cstdint>
#include <set>
#include <vector>

#include "reprise/core/error.hpp"
#include "reprise/core/read_file.hpp"

namespace reprise {

namespace {

constexpr std::size_t kDeepest = 64;             // nested lists and objects
constexpr std::uintmax_t kLargest = 256u << 20;  // bytes
// In memory a number takes up to 32 bytes and a list or object about 100, however short its text
// is. A record of a thousand runs of boston_kfold_500, the largest one known, has 8 million numbers
// in 30,000 lists.
constexpr std::size_t kMostValues = 16'000'000, kMostLists = 1'000'000;

// Passes over a text before it is parsed. (The JSON library would tell the depth in a callback of
// its parser, too, but with one a list of 300,000 entries takes it 20 s.)
class Inspection : public nlohmann::json_sax<nlohmann::json> {
 public:
  explicit Inspection(RepeatedKeys repeated) : repeated_(repeated) {}

  // What was found that is refused, or "".
  const std::string& problem() const { return problem_; }

  bool null() override { return value(); }
  bool boolean(bool) override { return value(); }
  bool number_integer(number_integer_t) override { return value(); }
  bool number_unsigned(number_unsigned_t) override { return value(); }
  bool number_float(number_float_t, const string_t&) override { return value(); }
  bool string(string_t&) override { return value(); }
  bool binary(binary_t&) override { return value(); }
  bool start_object(std::size_t) override { return open(); }
  bool start_array(std::size_t) override { return open(); }
  bool end_object() override { return close(); }
  bool end_array() override { return close(); }
  bool key(string_t& name) override {
    if (repeated_ == RepeatedKeys::allowed || keys_.back().insert(name).second) return true;
    return refuse(fmt::format("the key '{}' twice in one object", printable(name)));
  }
  // the parser itself will say it
  bool parse_error(std::size_t, const std::string&, const nlohmann::json::exception&) override {
    return false;
  }

 private:
  bool refuse(std::string problem) {
    problem_ = std::move(problem);
    return false;
  }
  bool value() { return ++values_ <= kMostValues || refuse_size(); }
  bool open() {
    if (keys_.size() == kDeepest) {
      return refuse(fmt::format("JSON nested deeper than {} levels", kDeepest));
    }
    keys_.emplace_back();
    return ++lists_ <= kMostLists || refuse_size();
  }
  bool close() {
    keys_.pop_back();
    return true;
  }
  bool refuse_size() {
    return refuse(fmt::format("JSON of more than {} values or {} lists", kMostValues, kMostLists));
  }

  RepeatedKeys repeated_;
  std::vector<std::set<std::string>> keys_;  // of the objects that are open
  std::size_t values_ = 0, lists_ = 0;
  std::string problem_;
};

}  // namespace

template <class Json>
Json parse_json(std::string_view text, const std::string& name, std::string_view expected,
                RepeatedKeys repeated) {
  const auto refuse = [&](const std::string& found) {
    throw Error(fmt::format("{}: found {}, expected {}", printable(name), found, expected));
  };
  // for the JSON library the text would end there
  if (text.find('\0') != std::string_view::npos) refuse("a NUL byte");
  try {
    Inspection inspection(repeated);
    nlohmann::json::sax_parse(text, &inspection);
    if (!inspection.problem().empty()) refuse(inspection.problem());
    return Json::parse(text);
  } catch (const nlohmann::json::exception& error) {
    throw Error(fmt::format("{}: found no whole JSON document, expected {} ({})", printable(name),
                            expected, printable(error.what())));
  }
}

template <class Json>
Json read_json(const std::filesystem::path& file, std::string_view expected) {
  return parse_json<Json>(read_file(file, kLargest), file.string(), expected);
}

template nlohmann::json parse_json(std::string_view, const std::string&, std::string_view,
                                   RepeatedKeys);
template nlohmann::ordered_json parse_json(std::string_view, const std::string&, std::string_view,
                                           RepeatedKeys);
template nlohmann::json read_json(const std::filesystem::path&, std::string_view);
template nlohmann::ordered_json read_json(const std::filesystem::path&, std::string_view);

}  // namespace reprise
