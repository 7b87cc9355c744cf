"""The app's own colours: dark, light, and two of high contrast (UX rule 19).

Tests hold what they promise: every text that can be acted on has a contrast of 4.5 to 1 with what lies under it, in
those of high contrast 7 to 1 (WCAG 2.2, success criteria 1.4.3 and 1.4.6), also on a terminal that shows the nearest of
256 colours instead; and colour-blind people tell severities apart.

Behind a dialog dark and light dim the screen below 4.5 to 1, on purpose: nothing there takes a key or a click until the
dialog is answered, and text that is inactive is excepted by 1.4.3. What the answer hangs on is in the dialog itself.
Those of high contrast show nothing behind a dialog.
"""

from __future__ import annotations

from typing import Final

from textual.theme import BUILTIN_THEMES, Theme


def _theme(
    name: str,
    *,
    dark: bool,
    paper: tuple[str, str, str],
    ink: tuple[str, str, str],
    cursor: tuple[str, str, str],
    severities: tuple[str, str, str, str],
    muted: tuple[str, str, str, str],
    primary: str,
) -> Theme:
    """A theme whose every text colour is chosen; Textual would mix some, at contrasts that nobody chose.

    Args:
        name: As it stands in the settings.
        dark: Whether the background is dark.
        paper: Backgrounds: of the screen, of boxes, of bars.
        ink: Texts: plain, less important, not usable now.
        cursor: Text and background of the row under the cursor, and its background while the focus is elsewhere.
        severities: Error, warning, waiting, fine.
        muted: Backgrounds of buttons and badges: primary, warning, success, error.
        primary: Borders, and the background of the button that is meant.
    """
    background, surface, panel = paper
    foreground, text_muted, text_disabled = ink
    error, warning, accent, success = severities
    on_cursor, under_cursor, under_blurred = cursor
    variables = {
        "text": foreground,
        "text-muted": text_muted,
        "text-disabled": text_disabled,
        "text-primary": accent,
        "text-secondary": accent,
        "text-error": error,
        "text-warning": warning,
        "text-accent": accent,
        "text-success": success,
        "primary-muted": muted[0],
        "warning-muted": muted[1],
        "success-muted": muted[2],
        "error-muted": muted[3],
        "block-cursor-foreground": on_cursor,
        "block-cursor-background": under_cursor,
        "block-cursor-text-style": "bold",
        "block-cursor-blurred-foreground": foreground,
        "block-cursor-blurred-background": under_blurred,
        "block-hover-background": under_blurred,
        "button-foreground": foreground,
        "button-color-foreground": on_cursor,
        "border": accent,
        "border-blurred": text_disabled,
        "input-cursor-background": foreground,
        "input-cursor-foreground": background,
        "input-selection-background": under_cursor,
        "input-selection-foreground": on_cursor,
        "screen-selection-background": under_cursor,
        "screen-selection-foreground": on_cursor,
        "link-color": accent,
        "link-color-hover": foreground,
        "link-background-hover": under_blurred,
        "surface-lighten-1": text_disabled,
        "surface-darken-1": text_disabled,
        "panel-lighten-1": panel,
        "panel-darken-1": surface,
        "primary-lighten-3": accent,
        "primary-darken-3": accent,
        "primary-darken-2": under_cursor,
        "scrollbar": text_disabled,
        "scrollbar-hover": text_muted,
        "scrollbar-active": accent,
        "scrollbar-background": panel,
    }
    return Theme(
        name=name,
        primary=primary,
        secondary=accent,
        accent=accent,
        warning=warning,
        error=error,
        success=success,
        foreground=foreground,
        background=background,
        surface=surface,
        panel=panel,
        boost=surface,
        dark=dark,
        variables=variables,
    )


DARK: Final = _theme(
    "dark",
    dark=True,
    paper=("#121212", "#1c1c1c", "#262a2e"),
    ink=("#e6e6e6", "#b4b4b4", "#959595"),
    cursor=("#ffffff", "#17477f", "#262626"),
    severities=("#f5765c", "#ffd60a", "#8fa8ff", "#66f2d5"),
    muted=("#1d3f66", "#4d4100", "#0d4a3f", "#5a1f14"),
    primary="#2f619b",
)
LIGHT: Final = _theme(
    "light",
    dark=False,
    paper=("#ffffff", "#f6f6f6", "#ebebeb"),
    ink=("#1a1a1a", "#4a4a4a", "#5f5f5f"),
    cursor=("#ffffff", "#17468f", "#e4e4e4"),
    severities=("#8c0038", "#6e5c00", "#1a22b0", "#006661"),
    muted=("#d3e0f5", "#f5e7a6", "#bfe8e0", "#f5d0d8"),
    primary="#17468f",
)
HIGH_CONTRAST: Final = _theme(
    "high-contrast",
    dark=True,
    paper=("#000000", "#000000", "#1c1c1c"),
    ink=("#ffffff", "#e0e0e0", "#b8b8b8"),
    cursor=("#000000", "#ffff00", "#262626"),
    severities=("#ffaf87", "#f0e613", "#a3b4ff", "#6cffe0"),
    muted=("#303030", "#3a3a3a", "#003d33", "#4a1505"),
    primary="#ffff00",
)
HIGH_CONTRAST_LIGHT: Final = _theme(
    "high-contrast-light",
    dark=False,
    paper=("#ffffff", "#ffffff", "#fafafa"),
    ink=("#000000", "#262626", "#444444"),
    cursor=("#ffffff", "#00205b", "#fafafa"),
    severities=("#ae002c", "#502e00", "#12158c", "#005454"),
    muted=("#dbe6ff", "#ffefa8", "#c8f0e8", "#ffdbe0"),
    primary="#00205b",
)
ANSI: Final = Theme(
    name="ansi",
    ansi=True,
    primary="ansi_cyan",
    secondary="ansi_cyan",
    accent="ansi_bright_cyan",
    warning="ansi_bright_yellow",
    error="ansi_bright_red",
    success="ansi_bright_green",
    foreground="ansi_default",
    background="ansi_default",
    surface="ansi_default",
    panel="ansi_default",
    boost="ansi_default",
    variables={
        **dict.fromkeys(("text-muted", "text-disabled", "foreground-muted"), "ansi_default"),
        **{f"{name}-muted": "ansi_default" for name in ("primary", "warning", "success", "error")},
        "block-cursor-foreground": "ansi_black",
        "block-cursor-background": "ansi_white",
        "ansi-background": "ansi_default",
        "ansi-foreground": "ansi_default",
        "border": "ansi_bright_cyan",
        "border-blurred": "ansi_default",
        "input-selection-background": "ansi_white",
        "input-selection-foreground": "ansi_black",
        "footer-key-foreground": "ansi_default",
    },
)
"""The terminal's own sixteen colours on its own background; what must be seen is bold or reverse as well."""
OWN_THEMES: Final = (DARK, LIGHT, HIGH_CONTRAST, HIGH_CONTRAST_LIGHT, ANSI)
"""What the app brings; Textual's own can be chosen as well."""
NAMES: Final = (*BUILTIN_THEMES, *(own.name for own in OWN_THEMES))
"""Every theme that the setting `theme` may name."""
