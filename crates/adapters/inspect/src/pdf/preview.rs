//! A picture of the first page.

use hayro::{
    PixmapSettings, RenderCache, RenderSettings, hayro_interpret::InterpreterSettings, render,
    vello_cpu::color::palette::css::WHITE,
};
use image::{DynamicImage, RgbaImage};
use plinth_domain::ThumbnailSize;

use super::opening;
use crate::{picture, protocol::Found, refusal::Refusal};

/// How much a small page is enlarged at most.
const MAX_SCALE: f32 = 4.0;

/// Draws the first page on white, and makes the thumbnails of it.
pub(crate) fn draw(bytes: Vec<u8>) -> Result<Found, Refusal> {
    let opened = opening::open(bytes)?;
    let unreadable = || Refusal::unsupported("the first page cannot be drawn");
    let pdf = opened.pdf.filter(|_| !opened.locked).ok_or_else(unreadable)?;
    let page = pdf.pages().first().ok_or_else(unreadable)?;
    let (width, height) = page.render_dimensions();
    let longest = f32::from(u16::try_from(ThumbnailSize::Large.pixels()).unwrap_or(u16::MAX));
    let scale = (longest / width.max(height)).min(MAX_SCALE);
    // At least one pixel, also of a page that is a thousand times as long as it is wide.
    let settings = PixmapSettings {
        x_scale: scale.max(1.0 / width),
        y_scale: scale.max(1.0 / height),
        bg_color: WHITE,
    };
    let cache = RenderCache::new();
    let (interpreter, renderer) = (InterpreterSettings::default(), RenderSettings::default());
    let drawn = render(page, &cache, &interpreter, &renderer, &settings);
    let (width, height) = (u32::from(drawn.width()), u32::from(drawn.height()));
    let pixels: Vec<u8> =
        drawn.data().iter().flat_map(|pixel| [pixel.r, pixel.g, pixel.b, u8::MAX]).collect();
    let pixels = RgbaImage::from_raw(width, height, pixels).ok_or_else(unreadable)?;
    let thumbnails = picture::thumbnails_of(DynamicImage::ImageRgba8(pixels))?;
    Ok(Found { thumbnails, ..Found::default() })
}
