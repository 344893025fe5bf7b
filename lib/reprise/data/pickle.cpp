#include "reprise/data/pickle.hpp"

#include <fmt/format.h>

#include <cstring>
#include <deque>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "reprise/core/error.hpp"
#include "reprise/data/byte_reader.hpp"
#include "reprise/data/pickle_opcodes.hpp"

namespace reprise {

namespace {

// The values on the stack. Lists, tuples and strings live in arenas of the machine and are referred
// to by index, so that a list that contains itself, or a million nested lists, can be destroyed
// without recursion.
enum class Kind { none, boolean, integer, text, global, mark, list, tuple, dtype, array };

struct Value {
  Kind kind = Kind::none;
  std::int64_t number = 0;  // the integer, or the index into the arena of its kind
};

// A list holds either integers or other values. The integers of all lists are stored in one array,
// those of each list contiguously.
struct List {
  std::size_t first = 0, last = 0;  // the range of its integers
  std::vector<Value> others;

  bool has_integers() const { return first != last; }
};

struct Array {
  std::int64_t length = 0;
  std::int64_t list = -1;  // index into lists_, -1 until BUILD
};

constexpr std::string_view kKindNames[] = {"None", "bool", "int",   "text",  "global",
                                           "mark", "list", "tuple", "dtype", "array"};

// The pickles of IMDB have 14 MB and take 100,000 steps outside the fast path. A step may leave 100
// bytes behind (a list of one byte takes 70), so that both together bound the memory.
constexpr std::size_t kLargest = 32u << 20;
constexpr int kMostSteps = 500'000;

class Machine {
 public:
  Machine(std::span<const std::byte> pickle, const std::string& name) : in_(pickle, name) {
    if (pickle.size() > kLargest) {
      fail(fmt::format("found a pickle of {} bytes, expected at most {}", pickle.size(), kLargest));
    }
    integers_.resize(pickle.size() / 2);  // every integer takes at least two bytes
  }

  Sequences run(std::size_t expected) {
    int steps = 0;
    while (step()) {
      if (++steps > kMostSteps) {
        fail(fmt::format("found more than {} lists and other objects, expected fewer", kMostSteps));
      }
    }
    return result(expected);
  }

 private:
  [[noreturn]] void fail(const std::string& what) const { in_.fail(what); }

  // ---- the stack -----------------------------------------------------------------------------

  void push(Kind kind, std::int64_t number = 0) { stack_.push_back({kind, number}); }
  void push_text(std::string_view text) {
    push(Kind::text, static_cast<std::int64_t>(texts_.size()));
    texts_.emplace_back(text);
  }
  Value top() const {
    if (stack_.empty()) fail("the pickle pops from an empty stack");
    return stack_.back();
  }
  Value pop() {
    const Value value = top();
    stack_.pop_back();
    return value;
  }
  Value pop(Kind kind, std::string_view role) {
    const Value value = pop();
    expect(value, kind, role);
    return value;
  }
  void expect(Value value, Kind kind, std::string_view role) const {
    if (value.kind == kind) return;
    fail(fmt::format("{}: found {}, expected {}", role, kKindNames[static_cast<int>(value.kind)],
                     kKindNames[static_cast<int>(kind)]));
  }
  // Removes the last mark and returns the index of the first value above it.
  std::size_t first_above_mark() {
    for (std::size_t i = stack_.size(); i-- > 0;) {
      if (stack_[i].kind == Kind::mark) {
        stack_.erase(stack_.begin() + static_cast<std::ptrdiff_t>(i));
        return i;
      }
    }
    fail("the pickle lacks a mark");
  }
  const std::vector<Value>& tuple(Value value) const {
    return tuples_[static_cast<std::size_t>(value.number)];
  }
  const std::string& text(Value value) const {
    return texts_[static_cast<std::size_t>(value.number)];
  }

  // ---- opcodes -------------------------------------------------------------------------------

  // Opcode numbers and names: CPython Lib/pickletools.py.
  bool step() {
    const auto opcode = static_cast<unsigned char>(in_.take(1)[0]);
    switch (opcode) {
      case kProto: check_protocol(in_.take_unsigned(1)); break;
      case kFrame: in_.take(8); break;
      case kMark:
        if (!append_run_of_integers()) push(Kind::mark);
        break;
      case kNone: push(Kind::none); break;
      case kNewTrue: push(Kind::boolean, 1); break;
      case kNewFalse: push(Kind::boolean, 0); break;
      case kBinInt1: push(Kind::integer, take_small(1)); break;
      case kBinInt2: push(Kind::integer, take_small(2)); break;
      case kBinInt: push(Kind::integer, in_.take_signed(4)); break;
      case kLong1: push(Kind::integer, in_.take_signed(in_.take_unsigned(1))); break;
      case kShortBinString:
      case kShortBinBytes:
      case kShortBinUnicode: push_text(in_.take(in_.take_unsigned(1))); break;
      case kBinBytes:
      case kBinUnicode: push_text(in_.take(in_.take_unsigned(4))); break;
      case kGlobal: push_global(); break;
      case kStackGlobal: push_stack_global(); break;
      case kBinPut: memo_[in_.take_unsigned(1)] = top(); break;
      case kLongBinPut: memo_[in_.take_unsigned(4)] = top(); break;
      case kMemoize: memo_[memo_.size()] = top(); break;
      case kBinGet: push_memo(in_.take_unsigned(1)); break;
      case kLongBinGet: push_memo(in_.take_unsigned(4)); break;
      case kEmptyList: push_list(); break;
      case kAppend: append(stack_.size() - 1); break;
      case kAppends: append(first_above_mark()); break;
      case kEmptyTuple: push_tuple(0); break;
      case kTuple1: push_tuple(1); break;
      case kTuple2: push_tuple(2); break;
      case kTuple3: push_tuple(3); break;
      case kTuple: push_tuple_above(first_above_mark()); break;
      case kReduce: reduce(); break;
      case kBuild: build(); break;
      case kStop: return false;
      default:
        fail(fmt::format("opcode {:#04x} refused: NumPy does not write it for lists of integers",
                         opcode));
    }
    return true;
  }

  std::int64_t take_small(std::size_t bytes) {
    return static_cast<std::int64_t>(in_.take_unsigned(bytes));
  }

  void check_protocol(std::uint64_t protocol) const {
    if (protocol < 2 || protocol > 5) {
      fail(fmt::format("pickle protocol {}, expected 2 to 5", protocol));
    }
  }

  void push_memo(std::uint64_t key) {
    const auto found = memo_.find(key);
    if (found == memo_.end()) fail(fmt::format("memo {} was never stored", key));
    stack_.push_back(found->second);
  }

  void push_list() {
    push(Kind::list, static_cast<std::int64_t>(lists_.size()));
    lists_.emplace_back();
  }

  void push_tuple(std::size_t length) {
    if (stack_.size() < length) fail("the pickle pops from an empty stack");
    push_tuple_above(stack_.size() - length);
  }
  void push_tuple_above(std::size_t first) {
    const auto begin = stack_.begin() + static_cast<std::ptrdiff_t>(first);
    tuples_.emplace_back(begin, stack_.end());
    stack_.erase(begin, stack_.end());
    push(Kind::tuple, static_cast<std::int64_t>(tuples_.size()) - 1);
  }

  List& list(Value value) { return lists_[static_cast<std::size_t>(value.number)]; }
  const List& list(Value value) const { return lists_[static_cast<std::size_t>(value.number)]; }

  // Prepares appending integers: only the last list with integers can grow, which suffices for
  // pickles that are written list by list.
  void open(List& list) const {
    if (list.has_integers() && list.last != filled_) {
      fail("a list continues after another one has begun");
    }
  }
  void close(List& list, std::size_t integers) {
    if (!list.has_integers()) list.first = list.last = filled_;
    list.last = filled_ += integers;
    if (list.has_integers() && !list.others.empty()) fail("a list mixes integers and other values");
  }

  void append(std::size_t first) {
    if (first == 0 || first > stack_.size()) fail("the pickle appends to nothing");
    expect(stack_[first - 1], Kind::list, "appending");
    List& target = list(stack_[first - 1]);
    open(target);
    std::size_t integers = 0;
    for (std::size_t i = first; i < stack_.size(); ++i) {
      const Value value = stack_[i];
      if (value.kind != Kind::integer) {
        target.others.push_back(value);
      } else if (value.number != static_cast<std::int32_t>(value.number)) {
        fail(fmt::format("a list holds {}, expected integers of 32 bits", value.number));
      } else {
        integers_[filled_ + integers++] = static_cast<std::int32_t>(value.number);
      }
    }
    close(target, integers);
    stack_.resize(first);
  }

  // The fast path after a mark: reads integers up to an APPENDS and appends them to the list on top
  // of the stack. All but a few thousand bytes of a data set have this form. Reads nothing and
  // returns false if anything else follows.
  bool append_run_of_integers() {
    if (stack_.empty() || stack_.back().kind != Kind::list) return false;
    const std::string_view rest = in_.rest();
    std::int32_t* const before = integers_.data() + filled_;
    std::int32_t* out = before;
    std::size_t at = 0;
    const auto opcode = [&] { return static_cast<unsigned char>(rest[at]); };
    constexpr std::size_t kLongest = 9;  // FRAME with its 8-byte argument
    while (rest.size() - at > kLongest) {
      const char* bytes = rest.data() + at;
      if (opcode() == kBinInt1 || opcode() == kBinInt2) {
        // The CPU cannot predict which of the two opcodes comes, so this avoids a branch.
        static_assert((kBinInt1 & 4) == 0 && (kBinInt2 & 4) != 0);
        const unsigned wide = opcode() >> 2 & 1;
        std::uint16_t number = 0;
        std::memcpy(&number, bytes + 1, 2);
        *out++ = static_cast<std::int32_t>(number & (0xffu + 0xff00u * wide));
        at += 2 + wide;
      } else if (opcode() == kBinInt) {
        std::memcpy(out++, bytes + 1, 4);
        at += 5;
      } else if (opcode() == kFrame) {
        at += kLongest;
      } else {
        break;
      }
    }
    if (at == rest.size() || opcode() != kAppends) return false;
    List& target = list(stack_.back());
    open(target);
    close(target, static_cast<std::size_t>(out - before));
    in_.take(at + 1);
    return true;
  }

  // ---- the three globals ---------------------------------------------------------------------

  void push_global() {
    const std::string_view module = in_.take_line();
    push_allowed(fmt::format("{}.{}", module, in_.take_line()));
  }
  void push_stack_global() {
    const Value attribute = pop(Kind::text, "name of a global");
    const Value module = pop(Kind::text, "module of a global");
    push_allowed(fmt::format("{}.{}", text(module), text(attribute)));
  }
  void push_allowed(const std::string& global) {
    // _codecs.encode is allowed because Python 3 writes the constant b'b' with it in protocol 2
    for (const std::string_view allowed :
         {"numpy.ndarray", "numpy.dtype", "numpy.core.multiarray._reconstruct",
          "numpy._core.multiarray._reconstruct", "_codecs.encode"}) {
      if (global == allowed) {
        push_text(global);
        stack_.back().kind = Kind::global;
        return;
      }
    }
    fail(
        fmt::format("global '{}' refused: a data file may name only numpy.ndarray, numpy.dtype "
                    "and numpy.core.multiarray._reconstruct",
                    printable(global)));
  }

  void reduce() {
    const Value arguments = pop(Kind::tuple, "arguments of a call");
    const std::string& callee = text(pop(Kind::global, "callee"));
    const auto& values = tuple(arguments);
    if (callee.ends_with("._reconstruct")) {  // (ndarray, (0,), b'b')
      if (values.size() != 3 || values[0].kind != Kind::global ||
          text(values[0]) != "numpy.ndarray") {
        fail("_reconstruct: expected (numpy.ndarray, (0,), b'b')");
      }
      push(Kind::array, static_cast<std::int64_t>(arrays_.size()));
      arrays_.emplace_back();
    } else if (callee == "numpy.dtype") {  // ('O8', False, True)
      if (values.empty() || values[0].kind != Kind::text || !text(values[0]).starts_with('O')) {
        fail("numpy.dtype: expected 'O8', the dtype of objects");
      }
      push(Kind::dtype);
    } else if (callee == "_codecs.encode") {  // ('b', 'latin1')
      if (values.size() != 2 || values[0].kind != Kind::text) fail("_codecs.encode: expected text");
      stack_.push_back(values[0]);
    } else {
      fail(fmt::format("call of '{}' refused", callee));
    }
  }

  void build() {
    const Value state = pop(Kind::tuple, "state of an object");
    if (top().kind == Kind::dtype) return;  // byte order and alignment are not needed
    expect(top(), Kind::array, "object with a state");
    const auto& values = tuple(state);  // (version, shape, dtype, fortran_order, items)
    if (values.size() != 5 || values[1].kind != Kind::tuple || values[2].kind != Kind::dtype ||
        values[4].kind != Kind::list || tuple(values[1]).size() != 1 ||
        tuple(values[1])[0].kind != Kind::integer) {
      fail("array: expected (version, (N,), dtype 'O8', False, list)");
    }
    arrays_[static_cast<std::size_t>(top().number)] = {tuple(values[1])[0].number,
                                                       values[4].number};
  }

  // ---- the result ----------------------------------------------------------------------------

  Sequences result(std::size_t expected) {
    expect(top(), Kind::array, "the pickled object");
    const Array& array = arrays_[static_cast<std::size_t>(top().number)];
    if (array.list < 0) fail("the array has no content");
    const List& items = lists_[static_cast<std::size_t>(array.list)];
    if (items.has_integers() || items.others.size() != expected ||
        array.length != static_cast<std::int64_t>(expected)) {
      fail(fmt::format("found an array of length {} with {} lists, expected {} lists", array.length,
                       items.others.size(), expected));
    }
    Sequences sequences;
    sequences.offsets.reserve(expected + 1);
    bool in_order = true;  // as NumPy writes them; not if a list is referenced twice
    for (const Value& item : items.others) {
      expect(item, Kind::list, "an item of the array");
      const List& integers = list(item);
      if (!integers.others.empty()) fail("a list holds a value that is not an integer");
      const auto start = sequences.offsets.back();
      in_order = in_order &&
                 (!integers.has_integers() || integers.first == static_cast<std::size_t>(start));
      sequences.offsets.push_back(start +
                                  static_cast<std::int64_t>(integers.last - integers.first));
      // every integer takes at least two bytes; without this check a list that is referenced a
      // million times would fill the memory
      if (sequences.offsets.back() > static_cast<std::int64_t>(in_.size() / 2)) {
        fail("the array references one list many times");
      }
    }
    const auto count = static_cast<std::size_t>(sequences.offsets.back());
    if (in_order) {
      integers_.resize(count);
      sequences.values = std::move(integers_);
      return sequences;
    }
    sequences.values.reserve(count);
    for (const Value& item : items.others) {
      sequences.values.insert(sequences.values.end(), integers_.data() + list(item).first,
                              integers_.data() + list(item).last);
    }
    return sequences;
  }

  ByteReader in_;
  std::vector<Value> stack_;
  std::unordered_map<std::uint64_t, Value> memo_;
  std::deque<List> lists_;
  HugePageVector<std::int32_t> integers_;  // of all lists; sized for the largest possible number
  std::size_t filled_ = 0;                 // the number of integers that were stored
  std::vector<std::vector<Value>> tuples_;
  std::vector<std::string> texts_;
  std::vector<Array> arrays_;
};

}  // namespace

Sequences unpickle_lists(std::span<const std::byte> pickle, std::size_t expected,
                         const std::string& name) {
  return Machine(pickle, name).run(expected);
}

}  // namespace reprise
