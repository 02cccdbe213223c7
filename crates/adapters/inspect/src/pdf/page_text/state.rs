use std::rc::Rc;

use hayro_font::kurbo::{Affine, Point, Vec2};

use crate::pdf::{content::Operand, font::TextFont};

/// The part of the graphics state that places text (8.4.1, 9.3.1).
#[derive(Clone)]
pub(super) struct State<'a> {
    /// From user space to that of the page.
    pub(super) matrix: Affine,
    pub(super) font: Option<Rc<TextFont<'a>>>,
    pub(super) size: f64,
    pub(super) char_space: f64,
    pub(super) word_space: f64,
    /// The horizontal scaling, as a factor.
    scale: f64,
    leading: f64,
    rise: f64,
    text: Affine,
    line: Affine,
}

impl Default for State<'_> {
    fn default() -> Self {
        Self {
            matrix: Affine::IDENTITY,
            font: None,
            size: 1.0,
            char_space: 0.0,
            word_space: 0.0,
            scale: 1.0,
            leading: 0.0,
            rise: 0.0,
            text: Affine::IDENTITY,
            line: Affine::IDENTITY,
        }
    }
}

impl State<'_> {
    /// Goes back to a saved state. The position of text is not a part of it.
    pub(super) fn restore(&mut self, saved: Self) {
        *self = Self { text: self.text, line: self.line, ..saved };
    }

    /// Applies an operator that changes nothing else. Unknown ones do nothing.
    pub(super) fn apply(&mut self, operator: &[u8], operands: &[Operand]) {
        match operator {
            b"cm" => {
                if let Some(matrix) = matrix(operands) {
                    self.matrix *= matrix;
                }
            }
            b"BT" => self.set(Affine::IDENTITY),
            b"Tm" => {
                if let Some(matrix) = matrix(operands) {
                    self.set(matrix);
                }
            }
            b"T*" => self.next_line(),
            b"Td" => {
                if let Some([x, y]) = numbers(operands) {
                    self.move_line(x, y);
                }
            }
            b"TD" => {
                if let Some([x, y]) = numbers(operands) {
                    self.leading = -y;
                    self.move_line(x, y);
                }
            }
            _ => {
                if let Some([value]) = numbers(operands) {
                    self.apply_number(operator, value);
                }
            }
        }
    }

    fn apply_number(&mut self, operator: &[u8], value: f64) {
        match operator {
            b"Tc" => self.char_space = value,
            b"Tw" => self.word_space = value,
            b"Tz" => self.scale = value / 100.0,
            b"TL" => self.leading = value,
            b"Ts" => self.rise = value,
            _ => {}
        }
    }

    pub(super) fn next_line(&mut self) {
        self.move_line(0.0, -self.leading);
    }

    fn move_line(&mut self, x: f64, y: f64) {
        self.set(self.line * Affine::translate((x, y)));
    }

    fn set(&mut self, matrix: Affine) {
        (self.text, self.line) = (matrix, matrix);
    }

    /// Moves back by thousandths of the size, as `TJ` does between strings.
    pub(super) fn adjust(&mut self, thousandths: f64) {
        self.advance(-thousandths / 1000.0 * self.size);
    }

    fn advance(&mut self, distance: f64) {
        let is_vertical = self.font.as_ref().is_some_and(|font| font.is_vertical());
        let along = if is_vertical {
            Vec2::new(0.0, distance)
        } else {
            Vec2::new(distance * self.scale, 0.0)
        };
        self.text *= Affine::translate(along);
    }

    /// Moves on by a glyph. Returns where it starts and ends on the page, and the height of its
    /// line there; `None` when that cannot be computed.
    pub(super) fn place(
        &mut self,
        font: &TextFont<'_>,
        advance: f64,
        is_space: bool,
    ) -> Option<(Point, Point, f64)> {
        let rise = Affine::translate((0.0, self.rise));
        let before = self.matrix * self.text * rise;
        let height = self.size * font.em;
        let em = (before * Point::new(0.0, height) - before * Point::ZERO).hypot();
        self.advance(advance * self.size + self.char_space);
        let after = self.matrix * self.text * rise;
        if is_space {
            self.advance(self.word_space);
        }
        let (start, end) = (before * Point::ZERO, after * Point::ZERO);
        let is_finite = start.is_finite() && end.is_finite() && em.is_finite();
        is_finite.then_some((start, end, em))
    }
}

fn numbers<const N: usize>(operands: &[Operand]) -> Option<[f64; N]> {
    let mut numbers = [0.0; N];
    let last = operands.last_chunk::<N>()?;
    for (number, operand) in numbers.iter_mut().zip(last) {
        let Operand::Number(value) = operand else { return None };
        *number = *value;
    }
    Some(numbers)
}

fn matrix(operands: &[Operand]) -> Option<Affine> {
    numbers::<6>(operands).map(Affine::new)
}
