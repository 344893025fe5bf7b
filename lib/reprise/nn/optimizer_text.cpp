#include "reprise/nn/optimizer_text.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cmath>
#include <optional>
#include <vector>

#include "reprise/core/error.hpp"
#include "reprise/core/named.hpp"
#include "reprise/core/suggest.hpp"
#include "reprise/kernels/rules/optimizer_parameters.hpp"
#include "reprise/kernels/rules/semantics.hpp"

namespace reprise {

namespace {

std::string lower(std::string_view text) {
  std::string lowered(text);
  for (char& c : lowered) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return lowered;
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

[[noreturn]] void refuse(std::string_view name, std::string_view text, std::string_view expected) {
  throw Error(
      fmt::format("{}: found '{}', expected {}", printable(name), printable(text), expected));
}

double number_in(std::string_view name, std::string_view text) {
  // Keras 3 takes no int for these two (optimizers/base_optimizer.py, sgd.py)
  const bool must_be_float = name == "learning_rate" || name == "momentum";
  if (must_be_float && text.find_first_not_of("+-0123456789") == text.npos) {
    refuse(name, text, "a float such as 1.0, because Keras refuses an int");
  }
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || !std::isfinite(value)) {
    refuse(name, text, "a number");
  }
  return value;
}

void take(std::string_view name, std::string_view text, double& value) {
  value = number_in(name, text);
}
void take(std::string_view name, std::string_view text, Versioned& value) {
  value = number_in(name, text);
}
void take(std::string_view name, std::string_view text, std::optional<double>& value) {
  if (text == "None") {
    value.reset();
  } else {
    value = number_in(name, text);
  }
}
void take(std::string_view name, std::string_view text, std::optional<int>& value) {
  if (text == "None") return value.reset();
  int number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size() || number < 0) {
    refuse(name, text, "a whole number or None");
  }
  value = number;
}
void take(std::string_view name, std::string_view text, bool& value) {
  const std::string lowered = lower(text);
  if (lowered != "true" && lowered != "false") refuse(name, text, "True or False");
  value = lowered == "true";
}

// As Python prints it: 1.0, 0.01, 1e-07.
std::string text_of(double value) {
  const std::string text = fmt::format("{}", value);
  return text.find_first_not_of("-0123456789") == text.npos ? text + ".0" : text;
}
std::string text_of(const Versioned& value) { return text_of(static_cast<double>(value)); }
std::string text_of(bool value) { return value ? "True" : "False"; }
std::string text_of(const std::optional<double>& value) { return value ? text_of(*value) : "None"; }
std::string text_of(const std::optional<int>& value) {
  return value ? fmt::format("{}", *value) : "None";
}

// "name=value", the text between two commas.
void set_parameter(Optimizer& optimizer, std::string_view argument,
                   std::vector<std::string>& given) {
  const std::size_t sign = argument.find('=');
  if (sign == argument.npos) refuse(name_of(optimizer), argument, "NAME=VALUE");
  const std::string name(trimmed(argument.substr(0, sign)));
  const std::string_view value = trimmed(argument.substr(sign + 1));
  if (std::ranges::find(given, name) != given.end()) {
    throw Error(fmt::format("{}: found {} twice", name_of(optimizer), printable(name)));
  }
  given.push_back(name);
  std::vector<std::string> known;
  bool found = false;
  std::visit(
      [&](auto& p) {
        each_parameter(p, [&](const char* parameter, auto& place) {
          known.emplace_back(parameter);
          if (name != parameter) return;
          take(name, value, place);
          found = true;
        });
      },
      optimizer);
  if (found) return;
  if (name == "lr") {
    throw Error(
        fmt::format("{}: found lr, expected learning_rate, as Keras has called it since 2.3",
                    name_of(optimizer)));
  }
  throw Error(fmt::format("{}: {}", name_of(optimizer), unknown_name(name, known)));
}

}  // namespace

Optimizer optimizer_from(std::string_view text) {
  text = trimmed(text);
  const std::size_t open = text.find('(');
  const std::string_view name = trimmed(text.substr(0, open));
  auto optimizer = by_name<Optimizer>(lower(name));
  if (!optimizer) throw Error(unknown_name(name, names<Optimizer>()));
  if (open == text.npos) return *optimizer;
  if (text.back() != ')') refuse(name, text.substr(open), "a ) at the end");
  std::string_view rest = trimmed(text.substr(open + 1, text.size() - open - 2));
  std::vector<std::string> given;
  while (!rest.empty()) {
    const std::size_t comma = rest.find(',');
    set_parameter(*optimizer, trimmed(rest.substr(0, comma)), given);
    rest = comma == rest.npos ? "" : trimmed(rest.substr(comma + 1));
  }
  return *optimizer;
}

namespace {

// The values of all parameters as texts, in the order of each_parameter.
template <class P>
std::vector<std::string> values_of(const P& p) {
  std::vector<std::string> values;
  each_parameter(p, [&](const char*, const auto& value) { values.push_back(text_of(value)); });
  return values;
}

// The defaults of each version of Keras that has the optimizer. A parameter may be left out of a
// text only if its value is the default of them all.
template <class P>
std::vector<std::vector<std::string>> all_defaults() {
  std::vector<std::vector<std::string>> all{values_of(P{})};
  for (const Semantics& semantics : all_semantics()) {
    try {
      all.push_back(values_of(std::get<P>(resolve(semantics, P{}))));
    } catch (const Error&) {
      continue;  // that version does not have the optimizer
    }
  }
  return all;
}

bool may_be_left_out(const Versioned& value) { return !value.given(); }
template <class T>
bool may_be_left_out(const T&) {
  return false;
}

}  // namespace

std::string to_text(const Optimizer& optimizer) {
  return std::visit(
      [](const auto& p) {
        const auto defaults = all_defaults<std::remove_cvref_t<decltype(p)>>();
        std::vector<std::string> changed;
        std::size_t i = 0;
        each_parameter(p, [&](const char* name, const auto& value) {
          const std::string text = text_of(value);
          const bool is_default = std::ranges::all_of(
              defaults, [&](const auto& version) { return version[i] == text; });
          ++i;
          if (is_default || may_be_left_out(value)) return;
          changed.push_back(fmt::format("{}={}", name, text));
        });
        std::string text(p.name);
        if (!changed.empty()) text += fmt::format("({})", fmt::join(changed, ", "));
        return text;
      },
      optimizer);
}

void set_learning_rate(Optimizer& optimizer, double learning_rate) {
  std::visit([&](auto& p) { p.learning_rate = learning_rate; }, optimizer);
}

}  // namespace reprise
