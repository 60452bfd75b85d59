//! Our pages as HTML that is safe to put into a page: what is HTML in the Markdown becomes text.
//!
//! ````markdown
//! ### Flask
//! ```python vulnerable        becomes <pre data-kind="vulnerable" data-framework="flask" …>
//! ````
//! A code block of Python is an example that can be tried; the marks of our tests are taken out.

use std::fmt::Write as _;

use pulldown_cmark::{
    CodeBlockKind, CowStr, Event, HeadingLevel, Options, Parser, Tag, TagEnd, html,
};
use schemars::JsonSchema;
use serde::Serialize;

/// What a comment of a test begins with.
const TEST_MARKS: [&str; 3] = ["# finding: [", "# MISSING: [", "# SPURIOUS: ["];

/// A page as HTML, and what is in it.
#[derive(Debug, Clone, Default)]
pub struct Rendered {
    pub html: String,
    pub title: String,
    /// The first paragraph, as text.
    pub summary: String,
    pub sections: Vec<Section>,
    pub examples: Vec<Example>,
}

/// A heading below the title.
#[derive(Debug, Clone, Serialize, JsonSchema, PartialEq, Eq)]
pub struct Section {
    /// The `id` of the heading in the HTML.
    pub id: String,
    pub title: String,
    /// From 2 to 6.
    pub level: u8,
}

/// A code block of Python.
#[derive(Debug, Clone, Serialize, JsonSchema, PartialEq, Eq)]
pub struct Example {
    /// What the page says it is: `vulnerable`, `secure`, or nothing.
    pub kind: String,
    /// The nearest heading of the third level in the same section, such as `flask`; or nothing.
    pub framework: String,
    pub code: String,
}

/// `link` says where a link to another of our pages leads.
pub fn render(markdown: &str, link: impl Fn(&str) -> Option<String>) -> Rendered {
    let mut writer = Writer {
        rendered: Rendered::default(),
        events: Vec::new(),
        heading: None,
        code: None,
        paragraph: None,
        images: 0,
        framework: String::new(),
        link,
    };
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH;
    for event in Parser::new_ext(markdown, options) {
        writer.event(event);
    }
    html::push_html(&mut writer.rendered.html, writer.events.into_iter());
    writer.rendered
}

struct Writer<'a, F> {
    rendered: Rendered,
    events: Vec<Event<'a>>,
    /// The text so far of the heading, and where its events begin.
    heading: Option<(HeadingLevel, String, usize)>,
    /// The words after the fence, and the code so far.
    code: Option<(String, String)>,
    /// The text of the first paragraph.
    paragraph: Option<String>,
    /// How many images are open; only their text is kept.
    images: usize,
    framework: String,
    link: F,
}

impl<'a, F: Fn(&str) -> Option<String>> Writer<'a, F> {
    fn event(&mut self, event: Event<'a>) {
        match event {
            Event::Start(Tag::CodeBlock(kind)) => {
                let words = match kind {
                    CodeBlockKind::Fenced(words) => words.to_string(),
                    CodeBlockKind::Indented => String::new(),
                };
                self.code = Some((words, String::new()));
            }
            Event::End(TagEnd::CodeBlock) => self.end_code(),
            Event::Text(text) if self.code.is_some() => {
                if let Some((_, code)) = &mut self.code {
                    code.push_str(&text);
                }
            }
            Event::Start(Tag::Heading { level, .. }) => {
                self.heading = Some((level, String::new(), self.events.len()));
            }
            Event::End(TagEnd::Heading(_)) => self.end_heading(),
            Event::Start(Tag::Link { dest_url, .. }) => self.start_link(&dest_url),
            Event::End(TagEnd::Link) => self.push_html("</a>"),
            Event::Start(Tag::Image { .. }) => self.images += 1,
            Event::End(TagEnd::Image) => self.images = self.images.saturating_sub(1),
            // Not ours to trust: shown as it is written.
            Event::Html(text) | Event::InlineHtml(text) => self.text(Event::Text(text)),
            Event::Start(Tag::HtmlBlock) => self.events.push(Event::Start(Tag::Paragraph)),
            Event::End(TagEnd::HtmlBlock) => self.events.push(Event::End(TagEnd::Paragraph)),
            Event::Start(Tag::Paragraph) => {
                if self.rendered.summary.is_empty() && !self.rendered.title.is_empty() {
                    self.paragraph = Some(String::new());
                }
                self.events.push(Event::Start(Tag::Paragraph));
            }
            Event::End(TagEnd::Paragraph) => {
                if let Some(text) = self.paragraph.take() {
                    self.rendered.summary = text;
                }
                self.events.push(Event::End(TagEnd::Paragraph));
            }
            other => self.text(other),
        }
    }

    fn text(&mut self, event: Event<'a>) {
        let words = match &event {
            Event::Text(text) | Event::Code(text) => &**text,
            Event::SoftBreak | Event::HardBreak => " ",
            _ => "",
        };
        if let Some((_, title, _)) = &mut self.heading {
            title.push_str(words);
        }
        if let Some(paragraph) = &mut self.paragraph {
            paragraph.push_str(words);
        }
        self.events.push(event);
    }

    fn end_heading(&mut self) {
        let Some((level, title, start)) = self.heading.take() else {
            return;
        };
        let number = level as u8;
        let id = self.unused_id(&slug(&title));
        let content = self.events.split_off(start);
        self.push_html(format!("<h{number} id=\"{id}\">"));
        self.events.extend(content);
        self.push_html(format!("</h{number}>\n"));
        if level == HeadingLevel::H1 && self.rendered.title.is_empty() {
            self.rendered.title = title;
            return;
        }
        match level {
            HeadingLevel::H1 | HeadingLevel::H2 => self.framework.clear(),
            HeadingLevel::H3 => self.framework = slug(&title),
            HeadingLevel::H4 | HeadingLevel::H5 | HeadingLevel::H6 => {}
        }
        self.rendered.sections.push(Section {
            id,
            title,
            level: number,
        });
    }

    fn unused_id(&self, slug: &str) -> String {
        let is_used = |id: &str| self.rendered.sections.iter().any(|it| it.id == id);
        let mut id = slug.to_owned();
        let mut number = 1;
        while is_used(&id) {
            number += 1;
            id = format!("{slug}-{number}");
        }
        id
    }

    fn end_code(&mut self) {
        let Some((words, code)) = self.code.take() else {
            return;
        };
        let mut words = words.split_whitespace();
        let language = words.next().unwrap_or("").to_owned();
        let kind = words.next().unwrap_or("").to_owned();
        let code = without_marks(&code);
        let mut start = String::from("<pre");
        if language == "python" {
            let example = Example {
                kind,
                framework: self.framework.clone(),
                code: code.clone(),
            };
            let number = self.rendered.examples.len();
            write!(
                start,
                " data-example=\"{number}\" data-kind=\"{}\" data-framework=\"{}\"",
                escaped(&example.kind),
                escaped(&example.framework),
            )
            .expect("writing to a String cannot fail");
            self.rendered.examples.push(example);
        }
        let language = escaped(&language);
        let code = escaped(&code);
        self.push_html(format!(
            "{start}><code class=\"language-{language}\">{code}</code></pre>\n"
        ));
    }

    /// Links lead to our pages, into this one, or openly elsewhere; anything else is no link.
    fn start_link(&mut self, target: &str) {
        let lower = target.to_ascii_lowercase();
        let html = if let Some(place) = (self.link)(target) {
            format!("<a href=\"{}\">", escaped(&place))
        } else if lower.starts_with("https://") || lower.starts_with("http://") {
            let target = escaped(target);
            format!("<a href=\"{target}\" rel=\"noopener noreferrer\" target=\"_blank\">")
        } else {
            "<a>".to_owned()
        };
        self.push_html(html);
    }

    fn push_html(&mut self, html: impl Into<CowStr<'a>>) {
        self.events.push(Event::InlineHtml(html.into()));
    }
}

/// `How to fix it` is `how-to-fix-it`.
fn slug(title: &str) -> String {
    let mut slug = String::with_capacity(title.len());
    for character in title.chars().flat_map(char::to_lowercase) {
        if character.is_alphanumeric() {
            slug.push(character);
        } else if !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
    }
    slug.trim_end_matches('-').to_owned()
}

/// Without what says to a test what is found on a line.
fn without_marks(code: &str) -> String {
    let mut clean = String::with_capacity(code.len());
    for line in code.split_inclusive('\n') {
        let mark = TEST_MARKS.iter().filter_map(|mark| line.find(mark)).min();
        match mark {
            Some(at) => {
                clean.push_str(line[..at].trim_end());
                clean.push('\n');
            }
            None => clean.push_str(line),
        }
    }
    clean
}

fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            other => safe.push(other),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::{Rendered, render};

    fn rendered(markdown: &str) -> Rendered {
        render(markdown, |target| {
            let name = target.strip_suffix(".md")?;
            Some(format!("#guide/{name}"))
        })
    }

    #[test]
    fn html_in_markdown_is_text() {
        for hostile in [
            "<script>alert(1)</script>",
            "text <img src=x onerror=alert(1)> text",
            "<div>\n\n**bold**\n\n</div>",
            "[link](javascript:alert(1))",
            "[link](data:text/html,x)",
            "![image](https://evil.example/x.png)",
            "```\"><script>alert(1)</script>\ncode\n```",
            "```python \"><script>\ncode\n```",
            "### \"><script>alert(1)</script>",
            "<!-- comment -->",
        ] {
            let html = rendered(hostile).html;
            for forbidden in ["<script", "<img", "<div", "javascript:", "data:", "<!--"] {
                let is_text = html.contains(&forbidden.replace('<', "&lt;"));
                assert!(is_text || !html.contains(forbidden), "{hostile}: {html}");
                assert!(
                    !html.contains(forbidden) || !forbidden.starts_with('<'),
                    "{html}"
                );
            }
            assert!(!html.contains("href=\"javascript"), "{html}");
            assert!(!html.contains("href=\"data"), "{html}");
        }
    }

    #[test]
    fn examples_know_what_they_are() {
        let page = rendered(
            "# sql-injection\n\nText from `outside`\nis SQL.\n\n## Fix\n\n### Flask\n\n\
             ```python vulnerable\nrun(x)  # finding: [sql-injection]\n```\n\n## More\n\n\
             ```python secure\nrun()\n```\n\n```sh\nls\n```\n",
        );
        assert_eq!(page.title, "sql-injection");
        assert_eq!(page.summary, "Text from outside is SQL.");
        let examples: Vec<_> = page
            .examples
            .iter()
            .map(|it| (&*it.kind, &*it.framework, &*it.code))
            .collect();
        assert_eq!(
            examples,
            [
                ("vulnerable", "flask", "run(x)\n"),
                ("secure", "", "run()\n")
            ]
        );
        let sections: Vec<_> = page.sections.iter().map(|it| (&*it.id, it.level)).collect();
        assert_eq!(sections, [("fix", 2), ("flask", 3), ("more", 2)]);
        assert!(page.html.contains(
            "<pre data-example=\"0\" data-kind=\"vulnerable\" data-framework=\"flask\">\
             <code class=\"language-python\">run(x)\n</code></pre>"
        ));
        assert!(page.html.contains("<pre><code class=\"language-sh\">ls\n"));
        assert!(page.html.contains("<h3 id=\"flask\">Flask</h3>"));
    }

    #[test]
    fn headings_of_one_name_have_ids_of_their_own() {
        let page = rendered("# a\n\n## Fix\n\n## Fix\n");
        let ids: Vec<_> = page.sections.iter().map(|it| &*it.id).collect();
        assert_eq!(ids, ["fix", "fix-2"]);
    }

    #[test]
    fn links_lead_to_our_pages_or_openly_elsewhere() {
        let html = rendered("[a](other.md) [b](https://cwe.mitre.org/x?a=1&b=2)").html;
        assert!(html.contains("<a href=\"#guide/other\">a</a>"), "{html}");
        let outside = "<a href=\"https://cwe.mitre.org/x?a=1&amp;b=2\" rel=\"noopener noreferrer\"";
        assert!(html.contains(outside), "{html}");
    }
}
