// Everything every page needs, one behaviour a file.
import "./behaviour/csrf.js";
import "./behaviour/confirm.js";
import "./behaviour/copy.js";
import "./behaviour/upload.js";
import "./behaviour/density.js";
import "./behaviour/toasts.js";
import "./behaviour/menus.js";
import "./behaviour/once.js";
import "./behaviour/autosave.js";
import "./behaviour/early.js";
import "./behaviour/tabs.js";
import "./behaviour/signing_out.js";
import "./behaviour/errors.js";
import "./behaviour/printing.js";
import "./behaviour/scrollable.js";
