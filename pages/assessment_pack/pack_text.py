"""The words of an assessment pack: what each of its files is, and how pack, parts, ledgers, figures and sample are checked."""

from __future__ import annotations

import html

from locales import _
from warehouse.disclosure.release_log import SUMS, Receipt


def about(name: str, seed: str) -> str:
    """What a file or folder of the pack is."""
    return {
        "figures.xlsx": _("全部统计表，一张工作表一个"),
        "figures": _("同样的统计表，每张一个 .csv（UTF-8）"),
        "definitions": _("每个指标的定义（中文、英文）、所经步骤、所用设定"),
        "sql": _("程序计算用的 SQL 原文：metrics 指标、steps 步骤、rows 数后面的行、tables 表的结构"),
        "settings.csv": _("计算所用的设定与目标；与程序默认不同的标 ●"),
        "loads.csv": _("载入情况：各类台账的行数、历次载入"),
        "ledgers.csv": _("每份台账文件的校验码、村（社区）、填报日、行数；不写文件名"),
        "findings.csv": _("每条检查规则和发现的数目；说明儿童状况的只写有没有，人数见统计表"),
        "sample.csv": _("现场抽样的儿童，只有代号；种子 {seed}").format(seed=seed),
        "sample.xlsx": _("同一份抽样，可以打印、填写"),
        SUMS: _("以上每个文件（连同本页）的校验码"),
    }[name]


def checks(receipt: Receipt, seed: str, has_sample: bool) -> str:
    """Return how to check, as a list; commands have lines of their own."""
    steps = [
        _step(
            _("整个包：在“同行”的“核对导出文件”页放入这个 ZIP，或输入收据编号 {no}；页面说它是原样、改过，还是已有更新的数据。").format(
                no=receipt.no
            )
        ),
        _step(
            _("包里的每个文件，在 Linux、macOS 上进入解压后的文件夹运行（每行都应是 OK）："),
            f"sha256sum -c {SUMS}",
            f"shasum -a 256 -c {SUMS}",
        ),
        _step(_("在 Windows 上对一个文件运行，再与 {sums} 里的那一行比对：").format(sums=SUMS), "certutil -hashfile figures.xlsx SHA256"),
        _step(_("单独一个文件也可以放入“核对导出文件”页，页面认得它是哪个包里的。")),
        _step(_("台账：对村（社区）交来的原文件运行同样的命令，校验码应在 ledgers.csv 里。")),
        _step(_("数字：按 definitions 的定义和 sql 的算法，用 settings.csv 的设定，对数据版本 {build} 重算。").format(build=receipt.build)),
    ]
    if has_sample:
        sentence = _("抽样：在“现场抽样”页，对同一版本、同一天，从帮扶范围内的儿童中抽同样的人数，用种子 {seed}，抽出的就是这些儿童。")
        steps.append(_step(sentence.format(seed=seed)))
    return f"<ol>{''.join(steps)}</ol>"


def _step(says: str, *commands: str) -> str:
    """One step."""
    return f"<li>{html.escape(says)}{''.join(f'<pre><code>{html.escape(line)}</code></pre>' for line in commands)}</li>"
