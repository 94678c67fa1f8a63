// What became of a page, as JSON: what ran, what Nosto was told, what its reader would read, and all that stands there.
(async () => {
    const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));
    const documents = [];
    const visit = (found) => {
        documents.push(found);
        for (const frame of found.querySelectorAll("iframe, frame")) {
            if (frame.contentDocument) {
                visit(frame.contentDocument);
            }
        }
    };
    const all = () => { documents.length = 0; visit(document); return documents; };

    // What never comes is as bad as what comes wrong, and must not be waited for.
    await Promise.race([window.ready, pause(5000)]).catch(() => {});
    // A handler of an image that does not load runs late.
    for (let waited = 0; waited < 40 && all().some((each) => [...each.images].some((one) => !one.complete)); waited++) {
        await pause(5);
    }
    await pause(PATIENCE);

    const blocks = [];
    const outline = [];
    const walk = (node, depth) => {
        for (const child of node.childNodes) {
            if (child.nodeType === Node.TEXT_NODE) {
                continue;
            }
            const attributes = [...(child.attributes || [])];
            const names = (kept) => attributes.filter(kept).map((each) => each.name).sort().join(" ");
            outline.push([
                `${depth} ${child.nodeName} ${names((each) => each.value !== "")}`,
                names((each) => each.value === ""),
            ]);
            walk(child, depth + 1);
            if (child.localName === "template" && child.content) {
                walk(child.content, depth + 1);
            }
        }
    };
    for (const each of all()) {
        walk(each, 0);
        for (const root of each.querySelectorAll(".nosto_customer")) {
            blocks.push([...root.querySelectorAll("*")].map((one) => [one.getAttribute("class"), one.textContent]));
        }
    }
    return JSON.stringify({
        ran: documents.some((each) => each.defaultView && each.defaultView.canary !== undefined),
        recorded: window.calls !== undefined,
        calls: window.calls || [],
        blocks,
        outline,
        text: document.body ? document.body.innerText : "",
        violations: window.violations || [],
    });
})()
