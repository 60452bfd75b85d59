//! Every limit of reading and lowering one file. They count work, never time.

/// Bytes of a file: `DATA = [0, 0, …]`. Offsets stay far below 32 bits in any encoding.
pub const SOURCE_BYTES_MAX: usize = 256 << 20;

/// Opening brackets that may be open at once. Deeper text is generated or hostile, and every
/// later stage recurses over it: `x = [[[[…]]]]`.
pub const BRACKET_DEPTH_MAX: usize = 2_000;

/// Blocks inside blocks: `if a:`, in it `if b:`, and so on. Python itself stops at 100.
pub const INDENTATION_DEPTH_MAX: usize = 100;

/// Operators and keywords between two commas of one bracket, each of which may nest the rest:
/// `- - - x`, `lambda: lambda: x`, `a if b else c if d else e`.
pub const OPERATOR_CHAIN_MAX: usize = 200_000;

/// Bytes that are parsed before their nesting is known. The parser takes memory for each level.
pub const UNMEASURED_BYTES_MAX: usize = 128 << 10;

/// Tokens of one logical line up to which its tree is dropped by recursion: `f(x)(x)(x)`. The
/// recursion is never deeper than the line has tokens.
pub const RECURSIVE_DROP_TOKENS_MAX: usize = 2_000;

/// Tokens of one logical line up to which nobody asks how deep its tree is: it cannot be deeper than
/// it is long.
pub const UNMEASURED_LINE_TOKENS_MAX: usize = 500;

/// Expressions inside expressions that the tree may have for others to look at it; they recurse
/// with frames of a size that is not ours to choose: `a + b + c + …` nests once for each `+`.
pub const LOOK_DEPTH_MAX: usize = 400;

/// Syntax errors of one file that are listed; a file in another language has one in every line.
pub const SYNTAX_ERRORS_MAX: usize = 20;

/// Nested expressions and statements that lowering follows; deeper ones become unknown values:
/// `a + b + c + …` nests once for each `+`.
pub const EXPRESSION_DEPTH_MAX: u32 = 2_500;

/// Bytes of a type in quotes that is read as one: `x: "dict[str, Store]"`. Longer text is text.
pub const QUOTED_TYPE_BYTES_MAX: usize = 4_096;

/// Bytes of a string constant that are kept.
pub const STRING_BYTES_MAX: usize = 8_192;

/// Constant elements of one display that are kept: `KEYS = [1, 2, 3, …]`.
pub const CONSTANT_ELEMENTS_MAX: usize = 256;

/// Parts of one string template; a longer one keeps its first parts and all its holes as one.
pub const TEMPLATE_PARTS_MAX: usize = 64;

/// Places refined by one condition: `if a.ok(b) and …` counts each name once.
pub const REFINEMENTS_MAX: usize = 4;

/// Ways into the handlers of one `try` from its body; the last one is after the last statement.
pub const HANDLER_EDGES_MAX: usize = 16;

/// Copies of `finally` bodies in one function: each `return` in a `try` runs it on its own path.
pub const FINALLY_COPIES_MAX: u32 = 64;

/// Values of one variable that a nested function is said to capture: `for x in …: f = lambda: x`
/// captures one, a hundred assignments to `x` a hundred.
pub const CAPTURED_VALUES_MAX: usize = 32;

/// Attributes and items between a local name and the object a method is called on, of which a new
/// version is stored back: `self.a.b.append(x)` has two.
pub const STORE_BACK_DEPTH_MAX: usize = 4;

/// Clauses of one `if` whose conditions are remembered after they failed: a long `elif` chain.
pub const FAILED_CONDITIONS_MAX: usize = 64;

/// Operands of a returned `a and b and …` that return on their own path.
pub const RETURN_PATHS_MAX: usize = 8;
