// The alternatives of a variant by name, for flags, help texts, records and error messages.
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

template <class Variant, std::size_t I>
void add_alternative(std::vector<Variant>& all) {
  using Alternative = std::variant_alternative_t<I, Variant>;
  if constexpr (!requires { Alternative::is_custom; }) all.emplace_back(std::in_place_index<I>);
}

template <class Variant, std::size_t... I>
std::vector<Variant> all_of(std::index_sequence<I...>) {
  std::vector<Variant> all;
  all.reserve(sizeof...(I));  // without it GCC 14 warns of an overflow in inlined code
  (add_alternative<Variant, I>(all), ...);
  return all;
}

// Some alternatives have a second name, for example "mse" and "mean_squared_error".
template <class Alternative>
bool is_called(const Alternative& alternative, std::string_view name) {
  if constexpr (requires { alternative.long_name; }) {
    if (alternative.long_name == name) return true;
  }
  return alternative.name == name;
}

}  // namespace detail

// Every alternative with its default values, except those that need the user's function
// (is_custom).
template <class Variant>
std::vector<Variant> alternatives() {
  return detail::all_of<Variant>(std::make_index_sequence<std::variant_size_v<Variant>>());
}

// The alternative called `name` with its default values; empty if there is none.
template <class Variant>
std::optional<Variant> by_name(std::string_view name) {
  for (const Variant& alternative : alternatives<Variant>()) {
    if (std::visit([&](const auto& a) { return detail::is_called(a, name); }, alternative)) {
      return alternative;
    }
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
