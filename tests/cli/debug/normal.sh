tian debug normal 澜川ＡＢＣ１２３「電梯」
