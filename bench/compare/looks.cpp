#include "bench/compare/looks.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <functional>
#include <nlohmann/json.hpp>

#include "reprise/core/error.hpp"

namespace reprise::compare {

double Looks::alpha_at(int done, double spent) const {
  const double t = static_cast<double>(done) / rounds.back();
  return std::max(level * t * t - spent, 0.0);
}

Looks looks_from(const nlohmann::json& document, double level, const std::string& name) {
  Looks looks{level, document.at("rounds"), document.at("alpha_spent")};
  const bool ascending =
      std::ranges::adjacent_find(looks.rounds, std::greater_equal<>()) == looks.rounds.end();
  if (looks.rounds.empty() || looks.rounds.size() != looks.alpha_spent.size() ||
      looks.rounds.front() < 1 || !ascending || !(level > 0 && level < 1)) {
    throw Error(fmt::format(
        "{}: found looks after {} rounds that spend {} parts of the level {}, expected ascending "
        "rounds and one part for each look",
        name, fmt::join(looks.rounds, ", "), looks.alpha_spent.size(), level));
  }
  return looks;
}

Looks plan_looks(int rounds, double level) {
  Looks looks{level, {}, {}};
  // so that each order of three contenders has run equally often
  const auto whole = [](int n) { return (n + kOrders - 1) / kOrders * kOrders; };
  std::vector<int> wanted;
  if (rounds >= 48) wanted.push_back(whole((rounds + 3) / 4));
  if (rounds >= 12) {
    wanted.push_back(whole((rounds + 1) / 2));
    wanted.push_back(whole((3 * rounds + 3) / 4));
  }
  for (const int n : wanted) {
    if (n < rounds && (looks.rounds.empty() || n > looks.rounds.back())) looks.rounds.push_back(n);
  }
  looks.rounds.push_back(rounds);
  double before = 0;
  for (const int n : looks.rounds) {
    const double t = static_cast<double>(n) / rounds, spent = level * t * t;
    looks.alpha_spent.push_back(spent - before);
    before = spent;
  }
  return looks;
}

Looks one_look(int rounds, double level) { return {level, {rounds}, {level}}; }

double AlphaLedger::spent() const {
  double sum = 0;
  for (const LookMade& look : made) sum += look.alpha;
  return sum;
}

bool AlphaLedger::is_exhausted() const { return spent() > (1 - 1e-9) * planned.level; }

bool AlphaLedger::is_planned(int rounds) const {
  return std::ranges::find(planned.rounds, rounds) != planned.rounds.end();
}

double AlphaLedger::look(int rounds, bool is_last) {
  if (made.empty() || made.back().rounds != rounds) {
    const double before = spent();
    made.push_back({rounds, is_last ? planned.level - before : planned.alpha_at(rounds, before)});
  }
  return made.back().alpha;
}

}  // namespace reprise::compare
