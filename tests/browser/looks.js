// What axe objects to on this page, as [rule, impact, first place].
const faults = (places, options) =>
    axe.run(places, {resultTypes: ["violations"], ...options})
        .then(found => found.violations.map(rule => [rule.id, rule.impact, rule.nodes[0].target]));

// Contrast takes ten times as long as all other rules, and is the same for all texts that look alike: the first is asked
// about of those with one class, one colour and size, and one look of all that is behind them.
const onePlaceOfEachLook = () => {
    const behind = new Map([[null, ""]]), first = new Map();
    for (const element of document.querySelectorAll("html, body, body *")) {
        const style = getComputedStyle(element);
        const own = [style.backgroundColor, style.backgroundImage, style.opacity];
        behind.set(element, [...own, behind.get(element.parentElement)].join());
        const isWritten = element.matches("input, select, textarea")
            || [...element.childNodes].some(node => node.nodeType === Node.TEXT_NODE && node.data.trim());
        if (!isWritten || !element.checkVisibility({visibilityProperty: true})) continue;
        const text = [element.className, element.disabled, style.color, style.fontSize, style.fontWeight];
        const look = [...text, behind.get(element)].join();
        if (!first.has(look)) first.set(look, element);
    }
    return [...first.values()];
};

window.faultsOfLooks = async () => [
    ...await faults(document, {rules: {"color-contrast": {enabled: false}}}),
    ...await faults({include: onePlaceOfEachLook()}, {runOnly: ["color-contrast"]}),
];
