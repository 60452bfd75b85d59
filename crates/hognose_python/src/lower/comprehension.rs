//! Comprehensions and generator expressions: loops of the function around them.
//!
//! ```python
//! names = [user.name for user in users if user.active]
//! # for user in users:
//! #     if user.active: element = user.name      names = Comprehension(List, element)
//! ```
//! A generator expression runs where it stands, though Python would run it later.

use ruff_python_ast::{Comprehension, Expr};
use ruff_text_size::{Ranged, TextRange};

use crate::build::{Entry, Sites, VarId};
use crate::ir::{BlockId, ComprehensionKind, Op, ValueId};
use crate::scope;

use super::Lowerer;
use super::names::{Binding, Scope, ScopeKind};

/// A loop that is open while the comprehension's element is evaluated.
struct OpenLoop {
    head: BlockId,
    exit: BlockId,
}

/// The parts of an element, each with the variable that collects its value.
struct Collected<'e> {
    expr: &'e Expr,
    result: VarId,
}

impl Lowerer<'_> {
    /// Lowers an expression of one of the four kinds of comprehension.
    pub fn lower_comprehension(&mut self, expr: &Expr) -> ValueId {
        let range = expr.range();
        let (kind, element, generators) = match expr {
            Expr::ListComp(list) => (ComprehensionKind::List, &list.elt, &list.generators),
            Expr::SetComp(set) => (ComprehensionKind::Set, &set.elt, &set.generators),
            Expr::Generator(generator) => (
                ComprehensionKind::Generator,
                &generator.elt,
                &generator.generators,
            ),
            Expr::DictComp(dict) => {
                let key = dict.key.as_ref().unwrap_or(&dict.value);
                let values = self.lower_loops(&[key, &dict.value], &dict.generators, range);
                let [key, value] = values[..] else {
                    return self.emit_value(Op::Unknown, range);
                };
                return self.emit(Op::DictComprehension(key, value), range);
            }
            _ => return self.emit_value(Op::Unknown, range),
        };
        let values = self.lower_loops(&[element], generators, range);
        let [value] = values[..] else {
            return self.emit_value(Op::Unknown, range);
        };
        self.emit(Op::Comprehension(kind, value), range)
    }

    /// The values of `elements` after all loops have run.
    fn lower_loops(
        &mut self,
        elements: &[&Expr],
        generators: &[Comprehension],
        range: TextRange,
    ) -> Vec<ValueId> {
        let mark = self.here.builder.mark();
        let nothing = self.emit_value(Op::Undefined, range);
        let mut collected = Vec::new();
        for expr in elements {
            let result = self.new_result();
            self.set_result(result, nothing);
            collected.push(Collected { expr, result });
        }
        let Some((first, others)) = generators.split_first() else {
            return Vec::new();
        };
        // The first iterable is evaluated outside of the comprehension's scope.
        let iterable = self.lower_expr(&first.iter);
        let scope = self.comprehension_scope(generators);
        self.here.scopes.push(scope);
        let mut open = vec![self.open_loop(first, iterable)];
        for generator in others {
            let iterable = self.lower_expr(&generator.iter);
            open.push(self.open_loop(generator, iterable));
        }
        for Collected { expr, result } in &collected {
            let value = self.lower_expr(expr);
            self.set_result(*result, value);
        }
        for OpenLoop { head, exit } in open.into_iter().rev() {
            self.here.builder.jump(head);
            self.here.builder.seal(head);
            self.here.builder.set_region(exit, mark);
            self.here.builder.start(exit);
        }
        self.here.scopes.pop();
        collected
            .into_iter()
            .map(|Collected { result, .. }| self.here.builder.read(result))
            .collect()
    }

    fn comprehension_scope(&mut self, generators: &[Comprehension]) -> Scope {
        let mut scope = Scope::new(ScopeKind::Comprehension);
        let symbols = &mut self.symbols;
        let builder = &mut self.here.builder;
        for generator in generators {
            scope::target_names(&generator.target, &mut |name| {
                let name = symbols.intern(name);
                if !scope.names.contains_key(&name) {
                    let var = builder.new_var(Entry::Undefined, Sites::Several);
                    scope.declare(name, Binding::Local(var));
                }
            });
        }
        scope
    }

    /// Starts the loop over `iterable` and goes to where the element is evaluated.
    fn open_loop(&mut self, generator: &Comprehension, iterable: ValueId) -> OpenLoop {
        let range = generator.iter.range();
        let exit = self.here.builder.new_block();
        let body = self.here.builder.new_block();
        let head = self.here.builder.start_loop();
        let mut element = self.emit(Op::Next(iterable), range);
        if generator.is_async {
            element = self.emit(Op::Await(element), range);
        }
        self.here.builder.switch(&[body, exit]);
        self.here.builder.start(body);
        self.lower_target(&generator.target, element);
        for filter in &generator.ifs {
            let next = self.here.builder.new_block();
            self.lower_condition(filter, next, head);
            self.here.builder.start(next);
        }
        OpenLoop { head, exit }
    }
}
