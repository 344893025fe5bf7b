// The opcodes of a pickle that NumPy writes for lists of integers (CPython Lib/pickletools.py).
#pragma once

namespace reprise {

// clang-format off
enum Opcode : unsigned char {
  kProto = 0x80, kFrame = 0x95, kMark = '(', kStop = '.', kReduce = 'R', kBuild = 'b',
  kNone = 'N', kNewTrue = 0x88, kNewFalse = 0x89,
  kBinInt1 = 'K', kBinInt2 = 'M', kBinInt = 'J', kLong1 = 0x8a,
  kShortBinString = 'U', kShortBinBytes = 'C', kShortBinUnicode = 0x8c,
  kBinBytes = 'B', kBinUnicode = 'X',
  kGlobal = 'c', kStackGlobal = 0x93,
  kBinPut = 'q', kLongBinPut = 'r', kMemoize = 0x94, kBinGet = 'h', kLongBinGet = 'j',
  kEmptyList = ']', kAppend = 'a', kAppends = 'e',
  kEmptyTuple = ')', kTuple1 = 0x85, kTuple2 = 0x86, kTuple3 = 0x87, kTuple = 't',
};
// clang-format on

}  // namespace reprise
