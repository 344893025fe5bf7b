// Variants as lists of alternatives with names: for flags, help texts, records and error messages.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace reprise {

template <class Variant>
std::string_view name_of(const Variant& alternative) {
  return std::visit([](const auto& a) -> std::string_view { return a.name; }, alternative);
}

namespace detail {

template <class Variant, std::size_t... I>
std::vector<Variant> all_of(std::index_sequence<I...>) {
  return {Variant(std::in_place_index<I>)...};
}

}  // namespace detail

// Each alternative once, with its defaults.
template <class Variant>
std::vector<Variant> alternatives() {
  return detail::all_of<Variant>(std::make_index_sequence<std::variant_size_v<Variant>>());
}

// The alternative called `name`, with its defaults, or nothing.
template <class Variant>
std::optional<Variant> by_name(std::string_view name) {
  for (const Variant& alternative : alternatives<Variant>()) {
    if (name_of(alternative) == name) return alternative;
  }
  return {};
}

template <class Variant>
std::vector<std::string> names() {
  std::vector<std::string> all;
  for (const Variant& alternative : alternatives<Variant>()) all.emplace_back(name_of(alternative));
  return all;
}

}  // namespace reprise
