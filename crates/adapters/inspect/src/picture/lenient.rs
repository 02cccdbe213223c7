use std::{cell::Cell, io, rc::Rc};

use image::{ColorType, ImageDecoder, ImageError, ImageFormat, ImageResult, Limits};

use crate::warnings::Warning;

/// The fault that ended the decoding of pixels.
pub(super) type Fault = Rc<Cell<Option<Warning>>>;

/// A decoder that keeps the pixels before a fault, as browsers do. The others are black or grey.
pub(super) struct Lenient<D> {
    pub(super) inner: D,
    pub(super) format: ImageFormat,
    pub(super) fault: Fault,
}

impl<D: ImageDecoder> ImageDecoder for Lenient<D> {
    fn dimensions(&self) -> (u32, u32) {
        self.inner.dimensions()
    }

    fn color_type(&self) -> ColorType {
        self.inner.color_type()
    }

    fn read_image(self, pixels: &mut [u8]) -> ImageResult<()> {
        let bytes = self.inner.color_type().bytes_per_pixel();
        let is_wide = bytes / self.inner.color_type().channel_count() == 2;
        let Err(error) = self.inner.read_image(pixels) else { return Ok(()) };
        let warning = match &error {
            ImageError::Limits(_) | ImageError::Unsupported(_) => return Err(error),
            _ if !matches!(self.format, ImageFormat::Png | ImageFormat::Jpeg) => return Err(error),
            ImageError::IoError(error) if error.kind() == io::ErrorKind::UnexpectedEof => {
                Warning::Truncated
            }
            _ => Warning::Damaged,
        };
        self.fault.set(Some(warning));
        // The rows of a PNG are big-endian until the last one is read.
        if is_wide && self.format == ImageFormat::Png {
            for sample in pixels.chunks_exact_mut(2) {
                let value = u16::from_be_bytes([sample[0], sample[1]]);
                sample.copy_from_slice(&value.to_ne_bytes());
            }
        }
        Ok(())
    }

    fn read_image_boxed(self: Box<Self>, pixels: &mut [u8]) -> ImageResult<()> {
        (*self).read_image(pixels)
    }

    fn set_limits(&mut self, limits: Limits) -> ImageResult<()> {
        self.inner.set_limits(limits)
    }
}
