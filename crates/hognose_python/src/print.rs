//! The intermediate representation as text, for goldens and `hognose debug ir`.
//!
//! ```text
//! function 1 view(request) line 3
//!   b0:
//!        4  v1 = attribute v0.args
//!        5  return v1
//! ```
//! The number in front of an instruction is its line. Everything comes in the order of the module,
//! so equal modules print equally. Symbols must be the module's own: print before
//! [`Module::remap_symbols`].

mod op;

use std::fmt::{self, Write};

use hognose_finding::SourceText;
use ruff_text_size::TextRange;

use crate::ir::{
    Asyncness, Block, Class, ExitState, Function, FunctionKind, Module, Param, ParamKind, Symbol,
    Terminator, ValueId,
};
use op::{block_name, import_path, list, optional, print_op, value, value_list};

/// The text of a module: what it binds and imports, its classes, its functions.
pub fn print_module(module: &Module, source: &SourceText) -> String {
    let mut printer = Printer {
        module,
        source,
        out: String::new(),
    };
    printer.module_facts();
    for (index, class) in module.classes.iter().enumerate() {
        printer.class(index, class);
    }
    for (index, function) in module.functions.iter().enumerate() {
        printer.function(index, function);
    }
    printer.out
}

struct Printer<'m> {
    module: &'m Module,
    source: &'m SourceText,
    out: String,
}

impl Printer<'_> {
    fn line(&mut self, text: fmt::Arguments<'_>) {
        self.out
            .write_fmt(text)
            .expect("writing to a string cannot fail");
        self.out.push('\n');
    }

    fn line_of(&self, range: TextRange) -> u32 {
        self.source.line_of(range.start())
    }

    fn name(&self, symbol: Symbol) -> &str {
        self.module.name(symbol)
    }

    fn names(&self, symbols: &[Symbol]) -> String {
        list(symbols, |symbol| self.name(*symbol))
    }

    fn module_facts(&mut self) {
        let module = self.module;
        for (name, values) in &module.globals {
            let name = self.name(*name).to_owned();
            self.line(format_args!("global {name} = {}", value_list(values)));
        }
        for (name, function, stored) in &module.global_stores {
            let name = self.name(*name).to_owned();
            self.line(format_args!(
                "global {name} = {} in function {}",
                value(*stored),
                function.0
            ));
        }
        for path in &module.star_imports {
            self.line(format_args!("import * from {}", import_path(path)));
        }
        for path in &module.imported_modules {
            self.line(format_args!("import {path}"));
        }
        if let Some(exports) = &module.exports {
            let exports = self.names(exports);
            self.line(format_args!("exports {exports}"));
        }
        if module.depth_limit_hits > 0 {
            let hits = module.depth_limit_hits;
            self.line(format_args!("depth limit hits {hits}"));
        }
    }

    fn class(&mut self, index: usize, class: &Class) {
        self.gap();
        self.line(format_args!(
            "class {index} {} line {} = {} in function {}",
            class.qualified,
            self.line_of(class.range),
            value(class.definition),
            class.function.0,
        ));
        if !class.bases.is_empty() {
            self.line(format_args!("  bases {}", value_list(&class.bases)));
        }
        for (name, keyword) in &class.keywords {
            let name = self.name(*name).to_owned();
            self.line(format_args!("  keyword {name} = {}", value(*keyword)));
        }
        if !class.decorators.is_empty() {
            let decorators = value_list(&class.decorators);
            self.line(format_args!("  decorators {decorators}"));
        }
        for (name, values) in &class.members {
            let name = self.name(*name).to_owned();
            self.line(format_args!("  member {name} = {}", value_list(values)));
        }
        for (name, annotation) in &class.annotations {
            let name = self.name(*name).to_owned();
            self.line(format_args!("  annotation {name}: {}", value(*annotation)));
        }
    }

    fn function(&mut self, index: usize, function: &Function) {
        self.gap();
        let title = self.function_title(index, function);
        self.line(format_args!("{title}"));
        if !function.captures.is_empty() {
            let captures = self.names(&function.captures);
            self.line(format_args!("  captures {captures}"));
        }
        if let Some(definition) = &function.definition {
            self.line(format_args!("  defined by {}", value(*definition)));
        }
        if !function.decorators.is_empty() {
            let decorators = value_list(&function.decorators);
            self.line(format_args!("  decorators {decorators}"));
        }
        if let Some(returns) = &function.returns {
            self.line(format_args!("  returns {}", value(*returns)));
        }
        for (name, bound) in &function.bindings {
            let name = self.name(*name).to_owned();
            self.line(format_args!("  binds {name} = {}", value(*bound)));
        }
        for (index, block) in function.blocks.iter().enumerate() {
            self.block(index, block, function);
        }
    }

    fn function_title(&self, index: usize, function: &Function) -> String {
        let what = match function.kind {
            FunctionKind::Module => "module",
            FunctionKind::Def => "function",
            FunctionKind::Lambda => "lambda",
        };
        let asyncness = match function.asyncness {
            Asyncness::Sync => "",
            Asyncness::Async => "async ",
        };
        let generator = if function.is_generator {
            " generator"
        } else {
            ""
        };
        let place = match (function.parent, function.class) {
            (None, _) => String::new(),
            (Some(parent), None) => format!(" in function {}", parent.0),
            (Some(parent), Some(class)) => format!(" in function {} class {}", parent.0, class.0),
        };
        format!(
            "{asyncness}{what} {index} {}({}) line {}{generator}{place}",
            function.qualified,
            list(&function.params, |param| self.param(param)),
            self.line_of(function.range),
        )
    }

    fn param(&self, param: &Param) -> String {
        let name = self.name(param.name);
        let mut text = match param.kind {
            ParamKind::PositionalOnly => format!("/{name}"),
            ParamKind::Positional => name.to_owned(),
            ParamKind::KeywordOnly => format!("*, {name}"),
            ParamKind::Variadic => format!("*{name}"),
            ParamKind::Keywords => format!("**{name}"),
        };
        if let Some(annotation) = &param.annotation {
            text.push_str(": ");
            text.push_str(&value(*annotation));
        }
        if let Some(default) = &param.default {
            text.push_str(" = ");
            text.push_str(&value(*default));
        }
        text
    }

    fn block(&mut self, index: usize, block: &Block, function: &Function) {
        if block.predecessors.is_empty() {
            self.line(format_args!("  b{index}:"));
        } else {
            let predecessors = list(&block.predecessors, |id| block_name(*id));
            self.line(format_args!("  b{index}: from {predecessors}"));
        }
        for id in &block.insts {
            let op = print_op(self.module, function.op(*id));
            let line = self.line_of(function.range_of(*id));
            self.line(format_args!("    {line:>5}  {} = {op}", value(*id)));
        }
        let terminator = terminator(&block.terminator);
        self.line(format_args!("           {terminator}"));
    }

    /// An empty line between what belongs together.
    fn gap(&mut self) {
        if !self.out.is_empty() {
            self.out.push('\n');
        }
    }
}

fn terminator(terminator: &Terminator) -> String {
    match terminator {
        Terminator::Unreachable => "unreachable".to_owned(),
        Terminator::Jump(target) => format!("jump {}", block_name(*target)),
        Terminator::Branch {
            condition,
            holds,
            fails,
        } => format!(
            "branch {} {} else {}",
            value(*condition),
            block_name(*holds),
            block_name(*fails)
        ),
        Terminator::Switch(targets) => format!("switch {}", list(targets, |id| block_name(*id))),
        Terminator::Return {
            value: returned,
            exit,
        } => format!("return {}{}", value(*returned), exit_state(exit)),
        Terminator::Raise { exception } => format!("raise {}", optional(*exception))
            .trim_end()
            .to_owned(),
    }
}

fn exit_state(exit: &ExitState) -> String {
    let versions = |kind: &str, versions: &[(u32, ValueId)]| {
        versions.iter().fold(String::new(), |text, (index, id)| {
            format!("{text}; {kind} {index} is {}", value(*id))
        })
    };
    versions("param", &exit.params) + &versions("capture", &exit.captures)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use ruff_text_size::TextSize;

    use super::*;
    use crate::ir::{Argument, ArgumentKind, Constant, FunctionIndex, ImportPath, Inst, Op};

    /// `def f(x):` in line 1, `return g(x, k="a")` in line 2.
    fn module() -> Module {
        let body = TextRange::at(TextSize::new(14), TextSize::new(1));
        let head = TextRange::at(TextSize::new(0), TextSize::new(3));
        let names = ["f", "x", "g", "k"];
        let ops = [
            Op::Param(0),
            Op::Global(Symbol(2)),
            Op::Constant(Constant::Str(Arc::from("a\n"))),
            Op::Call {
                callee: ValueId(1),
                arguments: Box::new([
                    Argument {
                        kind: ArgumentKind::Positional,
                        value: ValueId(0),
                    },
                    Argument {
                        kind: ArgumentKind::Keyword(Symbol(3)),
                        value: ValueId(2),
                    },
                ]),
            },
        ];
        let function = Function {
            name: Symbol(0),
            qualified: Arc::from("f"),
            kind: FunctionKind::Def,
            asyncness: Asyncness::Async,
            is_generator: false,
            range: head,
            name_range: head,
            params: vec![Param {
                name: Symbol(1),
                kind: ParamKind::Variadic,
                annotation: Some(ValueId(7)),
                default: None,
                range: head,
            }],
            captures: Vec::new(),
            parent: Some(FunctionIndex(0)),
            class: None,
            definition: Some(ValueId(9)),
            decorators: Vec::new(),
            returns: None,
            bindings: vec![(Symbol(1), ValueId(0))],
            unbound: Vec::new(),
            blocks: vec![Block {
                insts: (0..4).map(ValueId).collect(),
                terminator: Terminator::Return {
                    value: ValueId(3),
                    exit: Box::new(ExitState {
                        params: vec![(0, ValueId(2))],
                        captures: Vec::new(),
                    }),
                },
                predecessors: Vec::new(),
            }],
            insts: ops.map(|op| Inst { op, range: body }).into(),
        };
        Module {
            symbols: names.map(Arc::from).into(),
            functions: vec![function],
            classes: Vec::new(),
            globals: vec![(Symbol(0), vec![ValueId(9)])],
            global_stores: Vec::new(),
            star_imports: vec![ImportPath {
                level: 1,
                module: Arc::from("m"),
            }],
            imported_modules: Vec::new(),
            exports: None,
            depth_limit_hits: 0,
        }
    }

    #[test]
    fn a_module_prints_with_names_and_lines() {
        let text = Arc::from("def f(x):\n    return g(x, k=\"a\")\n");
        let source = SourceText::new(Arc::from("m.py"), text, Vec::new());
        let expected = "\
global f = v9
import * from .m

async function 0 f(*x: v7) line 1 in function 0
  defined by v9
  binds x = v0
  b0:
        2  v0 = param 0
        2  v1 = global g
        2  v2 = constant \"a\\n\"
        2  v3 = call v1(v0, k=v2)
           return v3; param 0 is v2
";
        assert_eq!(print_module(&module(), &source), expected);
    }
}
