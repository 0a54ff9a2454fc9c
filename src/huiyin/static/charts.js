"use strict";
/* Draws the charts of a page from figures that stand in the page. The tables beside them say the same, so that nothing is
   missing without this script. */

const shade = (name) => getComputedStyle(document.body).getPropertyValue(`--hy-${name}`).trim();
const INK = shade("ink"), SOFT = shade("soft"), LINE = shade("line");
const TONES = { earlier: shade("green"), same: "#b9b5a9", later: "#b0651d", late: shade("late"), soon: shade("soon") };
const SIDES = [TONES.same, TONES.earlier];

function options(figures) {
  const lying = figures.form === "lying";
  const font = getComputedStyle(document.body).fontFamily;
  const names = {
    type: "category", data: figures.labels, inverse: lying, axisTick: { show: false }, axisLine: { lineStyle: { color: LINE } },
    axisLabel: { color: INK, hideOverlap: !lying, interval: lying ? 0 : "auto" },
    name: figures.axis, nameLocation: "middle", nameGap: 26, nameTextStyle: { color: SOFT },
  };
  const numbers = { type: "value", minInterval: 1, splitLine: { lineStyle: { color: LINE } }, axisLabel: { color: SOFT } };
  const many = figures.series.length > 1;
  return {
    animation: false,
    textStyle: { fontFamily: font },
    aria: { enabled: false },
    grid: { left: 8, right: lying ? 44 : 12, top: many ? 34 : 14, bottom: figures.axis ? 30 : 8, containLabel: true },
    legend: many ? { top: 0, left: 0, itemWidth: 14, itemHeight: 10, textStyle: { color: INK } } : undefined,
    // As rich text: a tooltip of HTML would need inline styles, which the pages do not allow.
    tooltip: { trigger: "axis", renderMode: "richText", axisPointer: { type: "shadow" }, confine: true },
    xAxis: lying ? numbers : names,
    yAxis: lying ? names : numbers,
    series: figures.series.map((series, place) => ({
      type: "bar", name: series.name, barMaxWidth: lying ? 18 : 26, barMinHeight: 2,
      stack: figures.stacked ? "one" : undefined,
      color: series.tone ? TONES[series.tone] : many ? SIDES[place] : TONES.earlier,
      label: figures.stacked ? { show: true, position: "inside", color: shade("on-green") }
        : lying ? { show: true, position: "right", color: INK } : undefined,
      data: series.values.map((value, index) =>
        value === 0 ? { value: null }
          : figures.tones ? { value, itemStyle: { color: TONES[figures.tones[index]] } } : value),
    })),
  };
}

document.addEventListener("DOMContentLoaded", () => {
  for (const place of document.querySelectorAll("[data-chart]")) {
    const figures = JSON.parse(document.getElementById(place.dataset.chart).textContent);
    if (figures.form === "lying") place.style.height = `${3.5 + 2.1 * figures.labels.length}rem`;
    const chart = echarts.init(place, null, { renderer: "canvas", devicePixelRatio: Math.max(2, window.devicePixelRatio) });
    chart.setOption(options(figures));
    new ResizeObserver(() => chart.resize()).observe(place);
  }
});
