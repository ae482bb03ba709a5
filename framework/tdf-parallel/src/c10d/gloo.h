// What libtorch's ProcessGroupGloo.hpp asks of the headers of Gloo, which no libtorch brings along: the names of types that
// it handles by pointers alone. Nothing of Gloo is called from here, nor is an object of it made or looked into; all that
// happens inside libtorch, which was compiled with the real headers. What is declared and not defined here cannot be used
// by mistake: it would not link.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace gloo {

class Context {
 public:
  void setTimeout(std::chrono::milliseconds timeout);
};

namespace rendezvous {

class Store {
 public:
  virtual ~Store();
  virtual void set(const std::string& key, const std::vector<char>& value) = 0;
  virtual std::vector<char> get(const std::string& key) = 0;
  virtual void wait(const std::vector<std::string>& keys) = 0;
  virtual void wait(const std::vector<std::string>& keys, const std::chrono::milliseconds& timeout) = 0;
};

} // namespace rendezvous

namespace transport {

class Device;

class UnboundBuffer {
 public:
  virtual ~UnboundBuffer();
};

} // namespace transport
} // namespace gloo
