/// Words of arithmetic in the languages of the assistant, and the signs that they stand for.
package enum MathWords {
    /// What a phrase means.
    package enum Meaning: Equatable, Sendable {
        /// Operators and other text for the engine.
        case text(String)
        /// A function of what follows.
        case function(String)
        /// A function of a list that follows: `sum of 2, 3 and 4`.
        case list(String)
        /// Divisions that follow give what is left.
        case remainder
        /// What stands before is taken from what follows.
        case from
        /// A quantity with a name.
        case constant(String)
        /// Adds nothing: `what is`, `please`.
        case nothing
        /// Means multiplication between numbers, and nothing elsewhere.
        case of
        /// Joins a list, and adds nothing elsewhere.
        case and
    }

    /// The longest phrase that starts with these words, and how many words it has.
    package static func match(_ words: ArraySlice<ExpressionToken>) -> (Meaning, Int)? {
        guard let first = words.first?.folded, let candidates = table[first] else { return nil }
        for (phrase, meaning) in candidates
        where phrase.count <= words.count && zip(phrase, words).allSatisfy({ $0 == $1.folded }) {
            return (meaning, phrase.count)
        }
        return nil
    }

    private static let table: [String: [([String], Meaning)]] = {
        var table: [String: [([String], Meaning)]] = [:]
        func add(_ phrases: String, _ meaning: Meaning) {
            for phrase in phrases.split(separator: "|") {
                let words = phrase.split(separator: " ").map { Folding.fold($0) }
                if let first = words.first { table[first, default: []].append((words, meaning)) }
            }
        }
        add("plus|mas|piu|mais|added to|increased by nothing|dodac", .text("+"))
        add("minus|menos|moins|meno|less|take away|odjac", .text("-"))
        add(
            "times|multiplied by|x|mal|multipliziert mit|fois|multiplie par|multipliee par|multiplicado por|moltiplicato per"
                + "|vezes|keer|maal|vermenigvuldigd met|razy|pomnozone przez|pomnozyc przez",
            .text("*"))
        add(
            "divided by|over|geteilt durch|durch|dividiert durch|divise par|divisee par|sur|dividido por|dividido entre"
                + "|dividida por|diviso|diviso per|gedeeld door|podzielone przez|podzielic przez|dzielone przez",
            .text("/"))
        add(
            "to the power of|to the power|raised to the power of|raised to|hoch|a la puissance|puissance|exposant"
                + "|elevado a la|elevado a|elevato alla|elevato a|alla|a la potencia de|tot de macht|do potegi|power",
            .text("^"))
        add(
            "squared|zum quadrat|au carre|al cuadrado|al quadrato|ao quadrado|kwadraat|do kwadratu|quadrat", .text("^2")
        )
        add("cubed|au cube|al cubo|ao cubo|do szescianu", .text("^3"))
        add("factorial|fakultat|factorielle|fattoriale|fatorial|faculteit|silnia", .text("!"))
        add(
            "percent|per cent|pct|prozent|pour cent|pourcent|por ciento|per cento|por cento|procent|procenta",
            .text("%"))
        add("mod|modulo|modulus", .text(" mod "))
        add(
            "half of|half|die halfte von|halfte von|la moitie de|moitie de|la mitad de|la meta di|metade de|polowa",
            .text("(1/2)*"))
        add("a third of|one third of|third of|un tiers de|un tercio de|ein drittel von|un terzo di", .text("(1/3)*"))
        add("two thirds of|zwei drittel von|deux tiers de|dos tercios de|due terzi di", .text("(2/3)*"))
        add(
            "a quarter of|one quarter of|quarter of|ein viertel von|un quart de|un cuarto de|un quarto di",
            .text("(1/4)*"))
        add("three quarters of|drei viertel von|trois quarts de|tres cuartos de|tre quarti di", .text("(3/4)*"))
        add("a tenth of|one tenth of|ein zehntel von", .text("(1/10)*"))
        add("twice|double|double of|das doppelte von|le double de|el doble de|il doppio di|o dobro de", .text("2*"))
        add("triple|three times|das dreifache von|le triple de|el triple de", .text("3*"))
        add(
            "square root of|the square root of|square root|sqrt of|sqrt|root of|quadratwurzel von|quadratwurzel aus"
                + "|quadratwurzel|wurzel aus|wurzel von|wurzel|racine carree de|la racine carree de|racine de"
                + "|raiz cuadrada de|la raiz cuadrada de|raiz de|radice quadrata di|la radice quadrata di"
                + "|raiz quadrada de|vierkantswortel van|wortel van|de wortel van|pierwiastek kwadratowy z|pierwiastek z",
            .function("sqrt"))
        add(
            "cube root of|the cube root of|cube root|kubikwurzel aus|kubikwurzel von|racine cubique de|raiz cubica de"
                + "|radice cubica di|derdemachtswortel van|pierwiastek szescienny z",
            .function("cbrt"))
        add(
            "log of|logarithm of|log|log10|log10 of|logarithmus von|logarithme de|logaritmo de|logaritmo di",
            .function("log10"))
        add(
            "natural log of|natural logarithm of|ln of|ln|naturlicher logarithmus von|logarithme neperien de"
                + "|logaritmo natural de|logaritmo naturale di", .function("ln"))
        add("log2|log2 of|binary logarithm of|log base 2 of", .function("log2"))
        add("sine of|sin of|sin|sine|sinus von|sinus de|seno de|seno di|sinus", .function("sin"))
        add("cosine of|cos of|cos|cosine|kosinus von|cosinus de|coseno de|coseno di|cosinus", .function("cos"))
        add("tangent of|tan of|tan|tangent|tangens von|tangente de|tangente di", .function("tan"))
        add("arcsin|asin", .function("asin"))
        add("arccos|acos", .function("acos"))
        add("arctan|atan", .function("atan"))
        add("sinh", .function("sinh"))
        add("cosh", .function("cosh"))
        add("tanh", .function("tanh"))
        add("exp|exp of", .function("exp"))
        add(
            "absolute value of|abs of|abs|betrag von|valeur absolue de|valor absoluto de|valore assoluto di",
            .function("abs"))
        add("factorial of|factorielle de|factorial de|fattoriale di|fatorial de|fakultat von", .function("factorial"))
        add("floor of|floor", .function("floor"))
        add("ceiling of|ceil of|ceil", .function("ceil"))
        add("round of|round|runde|arrondis|redondea|arrotonda", .function("round"))
        add("square of|the square of|quadrat von|carre de|cuadrado de|quadrato di|quadrado de", .function("sq"))
        add("cube of|the cube of", .function("cube"))
        add(
            "sum of|the sum of|total of|summe von|summe aus|die summe von|somme de|la somme de|suma de|la suma de"
                + "|somma di|la somma di|soma de|som van|suma",
            .list("+"))
        add(
            "product of|the product of|produkt von|produkt aus|le produit de|produit de|producto de|prodotto di|produto de|product van|iloczyn",
            .list("*"))
        add(
            "difference between|difference of|the difference between|differenz von|differenz zwischen|difference entre"
                + "|diferencia entre|differenza tra|diferenca entre|verschil tussen", .list("-"))
        add("quotient of|the quotient of|quotient von|quotient de|cociente de|quoziente di", .list("/"))
        add(
            "average of|the average of|mean of|durchschnitt von|moyenne de|promedio de|media de|media di|gemiddelde van",
            .list("mean"))
        add(
            "gcd of|gcd|greatest common divisor of|the greatest common divisor of|greatest common factor of|hcf of|ggt von"
                + "|ggt|grosster gemeinsamer teiler von|pgcd de|pgcd|mcd de|mcd|mcd di|maximo comun divisor de"
                + "|massimo comune divisore di|ggd van|nwd",
            .list("gcd"))
        add(
            "lcm of|lcm|least common multiple of|the least common multiple of|lowest common multiple of|kgv von|kgv|ppcm de"
                + "|ppcm|mcm de|mcm|mcm di|minimo comun multiplo de|minimo comune multiplo di|kgv van|nww",
            .list("lcm"))
        add("max of|maximum of|largest of|max", .list("max"))
        add("min of|minimum of|smallest of", .list("min"))
        add("of|von|vom|de|du|des|di|del|della|van|z|ze|d|do|da|dos", .of)
        add("and|und|et|y|e a|og|en|i", .and)
        add("away from|subtracted from|taken from|from|abgezogen von", .from)
        add(
            "between|among|entre|split between|split among|shared by|shared between|aufgeteilt auf|verdeeld over",
            .text("/"))
        add("por|per|each at|at|a razon de|zu je", .text("*"))
        add("remainder of|the remainder of|rest von|reste de|resto de|resto di|remainder when", .remainder)
        add("each|apiece|per piece|je stuck|chacun|cada uno|ciascuno", .nothing)
        add("pi|pie", .text("pi"))
        add(
            "speed of light|lichtgeschwindigkeit|vitesse de la lumiere|velocidad de la luz", .constant("speed_of_light")
        )
        add("golden ratio|goldener schnitt|nombre d or|numero aureo", .constant("((1+sqrt(5))/2)"))
        add("avogadro s number|avogadro constant|avogadro number", .constant("avogadro"))
        add("planck constant|planck s constant", .constant("planck"))
        add("dozen|dutzend|douzaine|docena|dozzina|duzia|dozijn|tuzin", .text("*12"))
        add("hundred", .text("*100"))
        add("thousand|tausend|mille|mil|mila|duizend|tysiac|tysiace|tysiecy", .text("*1000"))
        add(
            "million|millions|millionen|millones|milioni|milhoes|miljoen|miliony|milionow|millon|milione|milhao|milion",
            .text("*1000000"))
        add(
            "billion|billions|milliarde|milliarden|milliard|milliards|miliardo|miliardi|miljard|miliard",
            .text("*1000000000"))
        add("trillion|trillions", .text("*1000000000000"))
        add(
            "what is|what s|whats|what are|what would be|how much is|how much are|how much|calculate|compute|work out"
                + "|evaluate|please|pls|the result of|result of|the value of|value of|equals|equal to|is|the|a|an|give me"
                + "|tell me|find|solve|convert|was ist|was sind|was ergibt|wie viel ist|wieviel ist|wie viel sind|wie viel"
                + "|berechne|rechne|bitte|ist|sind|ergibt|das|die|der|den|combien font|combien fait|combien fait il|combien"
                + "|calcule|calculez|calculer|quel est|quelle est|s il te plait|font|fait|le|la|les|l|cuanto es|cuanto son"
                + "|cuanto|calcula|cual es|por favor|es|son|el|los|las|quanto fa|quanto fanno|quanto e|quanto|calcola"
                + "|per favore|fa|il|lo|gli|quanto sao|qual e|hoeveel is|hoeveel|bereken|wat is|alstublieft|het|ile to|ile jest"
                + "|ile wynosi|oblicz|policz|ile|prosze|converti|convierte|convertir|converta|konvertiere|rechne um|in total",
            .nothing)
        for key in table.keys { table[key]?.sort { $0.0.count > $1.0.count } }
        return table
    }()
}
