// A C interface to the few things of libtorch that `tch` does not reach: a store over TCP and Gloo's collectives, and the
// current stream, device and events of whatever accelerator is loaded. Every function returns null, or a message that
// `tdf_message_free` releases; no exception leaves this file.

#define USE_C10D_GLOO

#include <chrono>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include <ATen/ATen.h>
#include <c10/core/Event.h>
#include <c10/core/impl/VirtualGuardImpl.h>
#include <c10/util/Flags.h>
#include <c10/util/Logging.h>
#include <torch/csrc/distributed/c10d/PrefixStore.hpp>
#include <torch/csrc/distributed/c10d/ProcessGroupGloo.hpp>
#include <torch/csrc/distributed/c10d/TCPStore.hpp>

C10_DECLARE_int(caffe2_log_level);

namespace {

// c10d logs what it also throws, with addresses of functions. Whoever wants to see that sets TORCH_CPP_LOG_LEVEL.
void quiet() {
  if (getenv("TORCH_CPP_LOG_LEVEL") != nullptr) {
    c10::initLogging();
  } else {
    FLAGS_caffe2_log_level = 3;
  }
}

char* message(const char* text) {
  char* copy = strdup(text);
  return copy != nullptr ? copy : strdup("out of memory");
}

template <typename Work>
char* caught(Work work) {
  try {
    work();
    return nullptr;
  } catch (const c10::Error& error) {
    return message(error.what_without_backtrace());
  } catch (const std::exception& error) {
    return message(error.what());
  } catch (...) {
    return message("an exception without a message");
  }
}

} // namespace

struct tdf_group {
  c10::intrusive_ptr<c10d::Store> store;
  c10::intrusive_ptr<c10d::ProcessGroupGloo> gloo;
};

extern "C" {

void tdf_message_free(char* text) {
  free(text);
}

char* tdf_group_join(
    const char* host,
    uint16_t port,
    bool serves,
    bool awaits_all,
    const char* prefix,
    int rank,
    int size,
    int64_t milliseconds,
    const char* interface,
    tdf_group** joined) {
  return caught([&] {
    quiet();
    const std::chrono::milliseconds timeout(milliseconds);
    c10d::TCPStoreOptions options;
    options.port = port;
    options.isServer = serves;
    options.numWorkers = size;
    options.waitWorkers = awaits_all;
    options.timeout = timeout;
    auto group = std::make_unique<tdf_group>();
    group->store = c10::make_intrusive<c10d::TCPStore>(host, options);
    group->store = c10::make_intrusive<c10d::PrefixStore>(prefix, group->store);
    auto gloo = c10d::ProcessGroupGloo::Options::create(timeout);
    gloo->devices.push_back(
        *interface != 0 ? c10d::ProcessGroupGloo::createDeviceForInterface(interface)
                        : c10d::ProcessGroupGloo::createDefaultDevice());
    group->gloo = c10::make_intrusive<c10d::ProcessGroupGloo>(group->store, rank, size, gloo);
    *joined = group.release();
  });
}

void tdf_group_leave(tdf_group* group) {
  free(caught([&] { delete group; }));
}

char* tdf_all_reduce(tdf_group* group, at::Tensor* tensor) {
  return caught([&] {
    std::vector<at::Tensor> tensors{tensor->detach()};
    group->gloo->allreduce(tensors)->wait();
  });
}

char* tdf_broadcast(tdf_group* group, at::Tensor* tensor) {
  return caught([&] {
    std::vector<at::Tensor> tensors{tensor->detach()};
    group->gloo->broadcast(tensors)->wait();
  });
}

char* tdf_cuda_use_device(int index) {
  return caught([&] {
    const c10::Device device(c10::DeviceType::CUDA, static_cast<c10::DeviceIndex>(index));
    c10::impl::VirtualGuardImpl(c10::DeviceType::CUDA).setDevice(device);
  });
}

char* tdf_cuda_stream(int index, void** stream) {
  return caught([&] {
    const c10::impl::VirtualGuardImpl cuda(c10::DeviceType::CUDA);
    const c10::Device device(c10::DeviceType::CUDA, static_cast<c10::DeviceIndex>(index));
    *stream = cuda.getStream(device).native_handle();
  });
}

char* tdf_cuda_record(int index, c10::Event** recorded) {
  return caught([&] {
    const c10::impl::VirtualGuardImpl cuda(c10::DeviceType::CUDA);
    const c10::Device device(c10::DeviceType::CUDA, static_cast<c10::DeviceIndex>(index));
    auto event = std::make_unique<c10::Event>(c10::DeviceType::CUDA);
    event->record(cuda.getStream(device));
    *recorded = event.release();
  });
}

char* tdf_cuda_query(c10::Event* event, bool* passed) {
  return caught([&] { *passed = event->query(); });
}

void tdf_cuda_forget(c10::Event* event) {
  free(caught([&] { delete event; }));
}

}
