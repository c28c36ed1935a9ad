//! The built-in roles of access, as data.

use crate::model::{AccessRole, Right, Translation};

struct BuiltIn {
    id: &'static str,
    name: &'static str,
    name_zh: &'static str,
    rights: fn(Right) -> bool,
    own_tasks: bool,
}

const BUILT_IN: [BuiltIn; 6] = [
    BuiltIn { id: "owner", name: "Owner", name_zh: "负责人", rights: |_| true, own_tasks: false },
    // Who runs the projects neither moves the money nor reads out people's data.
    BuiltIn {
        id: "pmo",
        name: "Project management office",
        name_zh: "项目管理办公室",
        rights: |right| !matches!(right, Right::Money | Right::Privacy),
        own_tasks: false,
    },
    BuiltIn {
        id: "editor",
        name: "Editor",
        name_zh: "编辑者",
        rights: |right| {
            matches!(
                right,
                Right::View
                    | Right::ViewInternal
                    | Right::Comment
                    | Right::Attach
                    | Right::Progress
                    | Right::Evidence
                    | Right::Approve
                    | Right::Plan
                    | Right::Assign
                    | Right::Delete
                    | Right::Risks
                    | Right::Baseline
                    | Right::Lessons
            )
        },
        own_tasks: false,
    },
    BuiltIn {
        id: "commenter",
        name: "Commenter",
        name_zh: "评论者",
        rights: |right| matches!(right, Right::View | Right::ViewInternal | Right::Comment | Right::Attach),
        own_tasks: false,
    },
    BuiltIn {
        id: "viewer",
        name: "Viewer",
        name_zh: "查看者",
        rights: |right| matches!(right, Right::View | Right::ViewInternal),
        own_tasks: false,
    },
    // A laboratory, a forwarder, a studio: what concerns their own tasks, and nothing that was said about them inside.
    BuiltIn {
        id: "partner",
        name: "Partner",
        name_zh: "外部合作方",
        rights: |right| matches!(right, Right::View | Right::Comment | Right::Attach | Right::Progress | Right::Evidence),
        own_tasks: true,
    },
];

/// The roles that every directory has, unless it has its own of the same id.
pub(super) fn built_in() -> impl Iterator<Item = AccessRole> {
    BUILT_IN.iter().map(|role| AccessRole {
        id: role.id.into(),
        name: role.name.to_owned(),
        translations: vec![Translation { language: "zh-CN".to_owned(), name: role.name_zh.to_owned() }],
        rights: Right::ALL.iter().copied().filter(|right| (role.rights)(*right)).collect(),
        own_tasks: role.own_tasks,
    })
}
