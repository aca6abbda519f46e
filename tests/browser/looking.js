// What a reader of the notebook in this page meets, output by output. Called with no argument;
// returns {theme, dialogs, wide, outputs: [{text, scripts, handlers, maths, overflow, charts, dim}]}.

function channels(colour) {
    const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data;
    return [r, g, b, a / 255];
}

function over([r, g, b, a], below) {
    return [r, g, b].map((c, n) => c * a + below[n] * (1 - a));
}

function background(element) {
    const layers = [];
    for (let e = element; e; e = e.parentElement) {
        layers.push(channels(getComputedStyle(e).backgroundColor));
    }
    return layers.reverse().reduce((below, layer) => over(layer, below), [255, 255, 255]);
}

function opacity(element, root) {
    let product = 1;
    for (let e = element; e && e !== root; e = e.parentElement) {
        product *= Number(getComputedStyle(e).opacity);
    }
    return product;
}

// Relative luminance and contrast as WCAG 2 has them.
function luminance(rgb) {
    const [r, g, b] = rgb.map((c) => {
        const part = c / 255;
        return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(element, root) {
    const style = getComputedStyle(element);
    const below = background(element);
    const colour = channels(element instanceof SVGElement ? style.fill : style.color);
    colour[3] *= opacity(element, root);
    const [x, y] = [luminance(over(colour, below)), luminance(below)];
    return (Math.max(x, y) + 0.05) / (Math.min(x, y) + 0.05);
}

function texts(root) {
    return [...root.querySelectorAll("*")].filter((e) =>
        !e.closest("details, style") &&
        [...e.childNodes].some((n) => n.nodeType === Node.TEXT_NODE && n.data.trim()));
}

function described(output) {
    const all = [...output.querySelectorAll("*")];
    return {
        text: output.textContent,
        scripts: all.filter((e) => e.localName === "script").length,
        images: all.filter((e) => e.localName === "img").length,
        handlers: all.filter((e) => [...e.attributes].some((a) => a.name.startsWith("on"))).length,
        maths: output.querySelectorAll("mjx-container, .MathJax").length,
        overflow: output.scrollWidth / output.clientWidth,
        charts: [...output.querySelectorAll("svg.marks, canvas.marks")].map((e) => {
            const box = e.getBoundingClientRect();
            return [Math.round(box.width), Math.round(box.height), e.querySelectorAll("path, text").length];
        }),
        dim: texts(output).map((e) => [contrast(e, output), e.textContent.slice(0, 60)])
            .filter(([ratio]) => ratio < 4.5),
    };
}

return {
    theme: document.body.dataset.jpThemeLight === "false" ? "dark" : "light",
    dialogs: window.dialogs,
    wide: document.documentElement.scrollWidth > window.innerWidth,
    outputs: [...document.querySelectorAll(".jp-OutputArea-output")].map(described),
};
