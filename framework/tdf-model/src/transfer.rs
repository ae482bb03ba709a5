//! From this machine's memory to the network's device, and back.

use tch::{Device, Tensor};

use crate::ModelError;

/// `values` on `device`. To a GPU they go from pinned memory, so that neither side waits for the other.
pub(crate) fn send<T: tch::kind::Element>(values: &[T], device: Device) -> Tensor {
    let here = Tensor::from_slice(values);
    match device {
        Device::Cuda(_) => here.pin_memory(device).to_device_(device, here.kind(), true, false),
        _ => here.to_device(device),
    }
}

/// The numbers of `tensor`, in order.
pub(crate) fn to_vec(tensor: &Tensor) -> Result<Vec<f32>, ModelError> {
    let tensor = tensor.to_device(Device::Cpu).contiguous();
    let mut values = vec![0.0; tensor.numel()];
    let copied = tensor.f_copy_data(&mut values, tensor.numel());
    copied.map_err(|e| ModelError::Torch(format!("the network's answer cannot be read: {e}")))?;
    Ok(values)
}
