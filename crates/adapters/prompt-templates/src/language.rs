//! What a template may consist of.
//!
//! Allowed are output, conditions, loops and literals, and the [filters and tests](names) that are
//! listed. Not allowed is what repeats or nests values without being paid for by fuel: `set`, `with`,
//! `*`, `**`, lists and maps of variables, recursive loops, the sum of two values of which none is a
//! number, places far in a text. Each of these lets a hundred bytes make a value that takes hours to compare or to count.
//!
//! A tag has at most [`tokens::MAX_TOKENS`] tokens, because the parser calls itself for each operator and
//! each filter: a tag of ten thousand overflows the stack. So the tokens are counted before it runs.

mod names;
mod tokens;

use std::fmt;

use minijinja::{
    machinery::{
        ast::{BinOpKind, CallArg, Expr, ForLoop, IfCond, Stmt, UnaryOpKind},
        parse,
    },
    syntax::SyntaxConfig,
};

/// The most loops inside each other.
const MAX_LOOPS: usize = 5;

/// Why a template is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Refused {
    line: usize,
    why: String,
}

impl Refused {
    pub(crate) fn new(line: usize, why: impl Into<String>) -> Self {
        Self { line, why: why.into() }
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.why)
    }
}

impl From<minijinja::Error> for Refused {
    fn from(error: minijinja::Error) -> Self {
        let why = error.detail().map_or_else(|| error.kind().to_string(), str::to_owned);
        Self::new(error.line().unwrap_or(1), why)
    }
}

/// Checks that a template can be parsed, and has nothing but what is allowed.
pub(crate) fn check(template: &str) -> Result<(), Refused> {
    tokens::check(template)?;
    let parsed = parse(template, "template", SyntaxConfig::default())?;
    Walk { loops: 0 }.statement(&parsed)
}

/// Walks through a parsed template.
struct Walk {
    /// How many loops are around.
    loops: usize,
}

impl Walk {
    fn statements(&mut self, statements: &[Stmt<'_>]) -> Result<(), Refused> {
        statements.iter().try_for_each(|statement| self.statement(statement))
    }

    fn statement(&mut self, statement: &Stmt<'_>) -> Result<(), Refused> {
        match statement {
            Stmt::Template(template) => self.statements(&template.children),
            Stmt::EmitRaw(_) => Ok(()),
            Stmt::EmitExpr(emit) => self.expression(&emit.expr),
            Stmt::IfCond(condition) => self.condition(condition),
            Stmt::ForLoop(body) => self.loop_body(body, usize::from(body.span().start_line)),
            Stmt::WithBlock(other) => Err(statement_refused("with", other.span().start_line)),
            Stmt::Set(other) => Err(statement_refused("set", other.span().start_line)),
            Stmt::SetBlock(other) => Err(statement_refused("set", other.span().start_line)),
            Stmt::AutoEscape(other) => {
                Err(statement_refused("autoescape", other.span().start_line))
            }
            Stmt::FilterBlock(other) => Err(statement_refused("filter", other.span().start_line)),
            Stmt::Do(other) => Err(statement_refused("do", other.span().start_line)),
        }
    }

    fn condition(&mut self, condition: &IfCond<'_>) -> Result<(), Refused> {
        self.expression(&condition.expr)?;
        self.statements(&condition.true_body)?;
        self.statements(&condition.false_body)
    }

    fn loop_body(&mut self, body: &ForLoop<'_>, line: usize) -> Result<(), Refused> {
        if body.recursive {
            return Err(Refused::new(line, "a loop cannot be recursive"));
        }
        self.loops += 1;
        if self.loops > MAX_LOOPS {
            let why = format!("at most {MAX_LOOPS} loops inside each other");
            return Err(Refused::new(line, why));
        }
        // The target is a name, or several; the parser allows nothing else.
        self.expression(&body.iter)?;
        body.filter_expr.iter().try_for_each(|filter| self.expression(filter))?;
        self.statements(&body.body)?;
        self.statements(&body.else_body)?;
        self.loops -= 1;
        Ok(())
    }

    fn expression(&self, expression: &Expr<'_>) -> Result<(), Refused> {
        let refused = |why: &str| Err(Refused::new(line(expression), why));
        match expression {
            Expr::Var(_) | Expr::Const(_) => Ok(()),
            Expr::Slice(_) => refused("a part of a list or text cannot be cut out"),
            Expr::UnaryOp(operation) => self.expression(&operation.expr),
            Expr::BinOp(operation) => {
                match operation.op {
                    BinOpKind::Mul | BinOpKind::Pow => {
                        return refused(
                            "* and ** are not supported: give the result as a variable",
                        );
                    }
                    BinOpKind::Add
                        if !is_number(&operation.left) && !is_number(&operation.right) =>
                    {
                        return refused("+ adds a number that is written out; ~ joins texts");
                    }
                    _ => {}
                }
                self.expression(&operation.left)?;
                self.expression(&operation.right)
            }
            Expr::Compare(compare) => {
                self.expression(&compare.expr)?;
                compare.ops.iter().try_for_each(|operand| self.expression(&operand.expr))
            }
            Expr::IfExpr(choice) => {
                self.expression(&choice.test_expr)?;
                self.expression(&choice.true_expr)?;
                choice.false_expr.iter().try_for_each(|other| self.expression(other))
            }
            Expr::Filter(filter) => {
                if !names::FILTERS.contains(&filter.name) {
                    return refused(&format!("there is no filter {}", filter.name));
                }
                filter.expr.iter().try_for_each(|value| self.expression(value))?;
                self.arguments(&filter.args)
            }
            Expr::Test(test) => {
                if !names::TESTS.contains(&test.name) {
                    return refused(&format!("there is no test {}", test.name));
                }
                self.expression(&test.expr)?;
                self.arguments(&test.args)
            }
            Expr::GetAttr(attribute) => self.expression(&attribute.expr),
            Expr::GetItem(item) if is_cheap(&item.subscript_expr) => self.expression(&item.expr),
            Expr::GetItem(_) => {
                refused("[ ] holds a text or one of the numbers 0 to 999 that is written out")
            }
            Expr::Call(call) => match &call.expr {
                Expr::Var(function) if function.id == "range" => self.arguments(&call.args),
                _ => refused("only range() can be called"),
            },
            Expr::List(list) if list.items.iter().all(is_literal) => Ok(()),
            Expr::List(_) | Expr::Tuple(_) => {
                refused("a list has only texts and numbers that are written out")
            }
            Expr::Map(_) => refused("a map cannot be written out: give it as a variable"),
        }
    }

    fn arguments(&self, arguments: &[CallArg<'_>]) -> Result<(), Refused> {
        arguments.iter().try_for_each(|argument| match argument {
            CallArg::Pos(value) | CallArg::Kwarg(_, value) => self.expression(value),
            CallArg::PosSplat(value) | CallArg::KwargSplat(value) => {
                Err(Refused::new(line(value), "arguments are written one by one"))
            }
        })
    }
}

fn line(expression: &Expr<'_>) -> usize {
    usize::from(expression.span().start_line)
}

fn statement_refused(name: &str, line: u16) -> Refused {
    Refused::new(usize::from(line), format!("{name} is not supported"))
}

/// A value that is written out, and has no parts.
fn is_literal(expression: &Expr<'_>) -> bool {
    match expression {
        Expr::Const(literal) => literal.value.as_object().is_none(),
        Expr::UnaryOp(negative) => {
            matches!(negative.op, UnaryOpKind::Neg) && is_number(&negative.expr)
        }
        _ => false,
    }
}

/// The name of a field, or a place near the beginning. Others are looked for from the beginning of a
/// text each time, which fuel does not pay for.
fn is_cheap(subscript: &Expr<'_>) -> bool {
    let Expr::Const(literal) = subscript else { return false };
    literal.value.as_str().is_some() || literal.value.as_usize().is_some_and(|place| place < 1000)
}

fn is_number(expression: &Expr<'_>) -> bool {
    matches!(expression, Expr::Const(literal) if literal.value.is_number())
}
