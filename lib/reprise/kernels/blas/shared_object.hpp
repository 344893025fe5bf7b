// A shared library that is loaded at run time. It stays loaded until the process ends, because the
// threads that it has started cannot be stopped.
#pragma once

#include <string>

namespace reprise {

class SharedObject {
 public:
  // Loads a file, or what the dynamic loader finds by a name without '/'. Its symbols are visible
  // to its own dependencies alone. Throws Error (exit code 3) with the loader's reason.
  explicit SharedObject(const std::string& file);

  // The function of that name in the library or its dependencies, or null.
  template <class Function>
  Function* find(const std::string& name) const {
    return reinterpret_cast<Function*>(address_of(name));
  }
  // The real path of the file that defines this function, or the name under which it was loaded.
  std::string file_of(const std::string& function) const;

 private:
  void* address_of(const std::string& name) const;

  std::string name_;
  void* handle_;
};

}  // namespace reprise
