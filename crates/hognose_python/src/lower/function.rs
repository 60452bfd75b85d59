//! Functions and lambdas: parameters, decorators, captured variables, type parameters.
//!
//! ```python
//! @app.route("/")                     # applied to the function's value, innermost first
//! def view(name: str, limit=MAX):     # annotation and default are evaluated outside
//!     return lambda: name             # captures `name`
//! ```

use ruff_python_ast::{
    Decorator, Expr, ExprLambda, Parameter, Parameters, StmtFunctionDef, TypeParam, TypeParams,
};
use ruff_text_size::{Ranged, TextRange};

use crate::build::{Entry, Sites, Write};
use crate::ir::{Asyncness, FunctionIndex, FunctionKind, Op, Param, ParamKind, ValueId};

use super::names::{Binding, Scope, ScopeKind};
use super::{Header, Lowerer};

/// What lambdas are called.
const LAMBDA_NAME: &str = "<lambda>";

impl<'a> Lowerer<'a> {
    pub fn lower_function_def(&mut self, stmt: &'a StmtFunctionDef) {
        let decorators = self.lower_decorators(&stmt.decorator_list);
        let class = self.here.scopes.last().and_then(|scope| scope.class);
        let outer_scopes = self.here.scopes.len();
        self.open_type_params(stmt.type_params.as_deref());
        let params = self.lower_params(&stmt.parameters);
        let returns = stmt
            .returns
            .as_ref()
            .map(|returns| self.lower_type(returns));
        let header = Header {
            name: self.symbols.intern(&stmt.name),
            kind: FunctionKind::Def,
            asyncness: if stmt.is_async {
                Asyncness::Async
            } else {
                Asyncness::Sync
            },
            range: stmt.range(),
            name_range: stmt.name.range(),
            params,
            class,
            decorators: decorators.clone(),
            returns,
        };
        let prefix = self.open_prefix(&stmt.name);
        let index = self.enter_function(self.prefix_name());
        self.declare_function(Some(&stmt.parameters), &stmt.body);
        self.bind_params(&stmt.parameters);
        self.lower_body(&stmt.body);
        let end = stmt.body.last().map_or(stmt.range(), Ranged::range);
        self.return_none(TextRange::empty(end.end()));
        self.prefix = prefix;
        let function = self.close_function(index, header, stmt.name.range());
        self.here.scopes.truncate(outer_scopes);
        let value = self.decorate(function, &decorators, &stmt.decorator_list);
        self.store_name(&stmt.name, value, stmt.name.range());
    }

    pub fn lower_lambda(&mut self, lambda: &ExprLambda) -> ValueId {
        let parameters = lambda.parameters.as_deref();
        let params = parameters.map_or_else(Vec::new, |params| self.lower_params(params));
        let header = Header {
            name: self.symbols.intern(LAMBDA_NAME),
            kind: FunctionKind::Lambda,
            asyncness: Asyncness::Sync,
            range: lambda.range(),
            name_range: lambda.range(),
            params,
            class: None,
            decorators: Vec::new(),
            returns: None,
        };
        let prefix = self.open_prefix(LAMBDA_NAME);
        let index = self.enter_function(self.prefix_name());
        self.declare_function(parameters, &[]);
        if let Some(parameters) = parameters {
            self.bind_params(parameters);
        }
        self.return_expr(&lambda.body, lambda.body.range());
        self.prefix = prefix;
        self.close_function(index, header, lambda.range())
    }

    /// Goes into a scope whose qualified name ends in `name`; returns the prefix to restore.
    pub fn open_prefix(&mut self, name: &str) -> String {
        let inner = format!("{}{name}.", self.prefix);
        std::mem::replace(&mut self.prefix, inner)
    }

    /// The qualified name of the scope that was opened last.
    pub fn prefix_name(&self) -> String {
        self.prefix.trim_end_matches('.').to_owned()
    }

    fn close_function(
        &mut self,
        index: FunctionIndex,
        header: Header,
        range: TextRange,
    ) -> ValueId {
        let captures = self.leave_function(header);
        let op = Op::Function {
            function: index,
            captures: Box::default(),
        };
        let value = self.emit(op, range);
        let outer = captures.iter().map(|capture| capture.outer).collect();
        self.here.closures.push((value, outer));
        if let Some(function) = &mut self.functions[index.index()] {
            function.definition = Some(value);
        }
        value
    }

    // Parameters

    /// Evaluates annotations and defaults.
    fn lower_params(&mut self, parameters: &Parameters) -> Vec<Param> {
        let mut params = Vec::with_capacity(parameters.len());
        for (kind, parameter, default) in ordered(parameters) {
            let default = default.map(|value| self.lower_plain(value));
            let annotation = parameter.annotation().map(|expr| self.lower_type(expr));
            params.push(Param {
                name: self.symbols.intern(&parameter.name),
                kind,
                annotation,
                default,
                range: parameter.range(),
            });
        }
        params
    }

    /// Binds the parameters inside of the function.
    fn bind_params(&mut self, parameters: &Parameters) {
        for (index, (_, parameter, _)) in ordered(parameters).into_iter().enumerate() {
            let value = self.emit(Op::Param(index as u32), parameter.range());
            let name = self.symbols.intern(&parameter.name);
            let builder = &mut self.here.builder;
            let var = match self.here.scopes[0].names.get(&name) {
                Some(Binding::Local(var)) => *var,
                // `global` and `nonlocal` of a parameter are errors.
                Some(_) | None => builder.new_var(Entry::Undefined, Sites::One),
            };
            builder.bind(var, value);
            let object = match builder.sites(var) {
                Sites::One => var,
                // The name may come to hold something else; the caller's object stays reachable.
                Sites::Several => {
                    let object = builder.new_var(Entry::Undefined, Sites::One);
                    builder.write(object, value, Write::Silent);
                    builder.link(var, object);
                    object
                }
            };
            self.here.params.push(object);
        }
    }

    // Decorators

    pub fn lower_decorators(&mut self, decorators: &[Decorator]) -> Vec<ValueId> {
        decorators
            .iter()
            .map(|decorator| self.lower_expr(&decorator.expression))
            .collect()
    }

    /// Applies decorators, the last one first.
    pub fn decorate(
        &mut self,
        value: ValueId,
        decorators: &[ValueId],
        syntax: &[Decorator],
    ) -> ValueId {
        let mut value = value;
        for (decorator, syntax) in decorators.iter().zip(syntax).rev() {
            let decorator = *decorator;
            value = self.emit(Op::Decorate { value, decorator }, syntax.range());
        }
        value
    }

    // Type parameters

    /// Opens a scope with type parameters; each stands for its bound. The caller closes it.
    pub fn open_type_params(&mut self, params: Option<&TypeParams>) {
        let Some(params) = params else { return };
        let mut scope = Scope::new(ScopeKind::TypeParameters);
        let mut vars = Vec::new();
        for param in &params.type_params {
            let name = self.symbols.intern(param.name());
            let var = self.here.builder.new_var(Entry::Undefined, Sites::Several);
            scope.declare(name, Binding::Local(var));
            vars.push(var);
        }
        self.here.scopes.push(scope);
        for (param, var) in params.type_params.iter().zip(vars) {
            let bound = match param {
                TypeParam::TypeVar(param) => param.bound.as_deref(),
                TypeParam::TypeVarTuple(_) | TypeParam::ParamSpec(_) => None,
            };
            let value = match (bound, param.default()) {
                (Some(expr), _) | (None, Some(expr)) => self.lower_type(expr),
                (None, None) => self.emit_value(Op::Unknown, param.range()),
            };
            self.here.builder.bind(var, value);
        }
    }
}

/// Parameters in the order of their positions, with their defaults.
fn ordered(parameters: &Parameters) -> Vec<(ParamKind, &Parameter, Option<&Expr>)> {
    let named = |kind: ParamKind| {
        let params = match kind {
            ParamKind::PositionalOnly => parameters.posonlyargs.as_slice(),
            ParamKind::Positional => parameters.args.as_slice(),
            ParamKind::KeywordOnly => parameters.kwonlyargs.as_slice(),
            ParamKind::Variadic | ParamKind::Keywords => &[],
        };
        params
            .iter()
            .map(move |param| (kind, &param.parameter, param.default()))
    };
    let variadic = parameters.vararg.as_deref();
    let keywords = parameters.kwarg.as_deref();
    named(ParamKind::PositionalOnly)
        .chain(named(ParamKind::Positional))
        .chain(variadic.map(|param| (ParamKind::Variadic, param, None)))
        .chain(named(ParamKind::KeywordOnly))
        .chain(keywords.map(|param| (ParamKind::Keywords, param, None)))
        .collect()
}
