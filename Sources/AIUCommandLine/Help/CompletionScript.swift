/// The scripts that teach shells to complete. They know nothing themselves: each asks the program for every word, so
/// that they never disagree with it.
package enum CompletionScript {
    package static func text(for shell: Shell, program: String) -> String {
        let name = program.map { $0.isLetter || $0.isNumber ? String($0) : "_" }.joined()
        return switch shell {
        case .bash: bash(program, name)
        case .zsh: zsh(program, name)
        case .fish: fish(program, name)
        }
    }

    private static func bash(_ program: String, _ name: String) -> String {
        """
        _\(name)_complete() {
            local line current="${COMP_WORDS[COMP_CWORD]}"
            COMPREPLY=()
            while IFS= read -r line; do
                case "$line" in
                    :file) compopt -o default; COMPREPLY=() ;;
                    :folder) mapfile -t COMPREPLY < <(compgen -d -- "$current") ;;
                    *) COMPREPLY+=("${line%%$'\\t'*}") ;;
                esac
            done < <("${COMP_WORDS[0]}" --complete-words "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
        }
        complete -F _\(name)_complete \(program)

        """
    }

    private static func zsh(_ program: String, _ name: String) -> String {
        """
        #compdef \(program)
        _\(name)_complete() {
            local line
            local -a found
            for line in "${(@f)$("${words[1]}" --complete-words "${(@)words[2,CURRENT]}" 2>/dev/null)}"; do
                case "$line" in
                    :file) _files ;;
                    :folder) _files -/ ;;
                    '') ;;
                    *) found+=("${${line%%$'\\t'*}//:/\\\\:}:${line#*$'\\t'}") ;;
                esac
            done
            (( ${#found} )) && _describe '\(program)' found
        }
        compdef _\(name)_complete \(program)

        """
    }

    private static func fish(_ program: String, _ name: String) -> String {
        """
        function __\(name)_complete
            set -l words (commandline -opc) (commandline -ct)
            for line in ($words[1] --complete-words $words[2..-1] 2>/dev/null)
                switch $line
                    case ':file'
                        __fish_complete_path (commandline -ct)
                    case ':folder'
                        __fish_complete_directories (commandline -ct)
                    case '*'
                        echo $line
                end
            end
        end
        complete -c \(program) -f -a '(__\(name)_complete)'

        """
    }
}
