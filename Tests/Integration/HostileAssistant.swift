/// A program in the place of a VM's assistant: what a guest can say that keeps to nothing. The prompt tells it what to do.
enum HostileAssistant {
    static let program = #"""
        #!/usr/bin/python3
        import json, socket, struct, time
        agent = socket.socket(fileno=3)
        def frame(kind, body):
            body = json.dumps(body).encode()
            return struct.pack('<IB', len(body), kind) + body
        def text(piece): agent.sendall(frame(80, {'text': {'_0': piece}}))
        def answer(words, calls=[]):
            agent.sendall(frame(80, {'answer': {'_0': {
                'outcome': 'answered', 'text': words, 'language': 'en', 'model': 'm', 'calls': calls, 'files': [],
                'promptTokens': 0, 'answerTokens': 0, 'milliseconds': 1, 'truncated': False}}}))
        def stage(words): agent.sendall(frame(80, {'stage': {'_0': {
            'stage': 'execute', 'milliseconds': 1, 'summary': words}}}))

        head = b''
        while len(head) < 5: head += agent.recv(5 - len(head))
        length = struct.unpack('<I', head[:4])[0]
        body = b''
        while len(body) < length: body += agent.recv(length - len(body))
        wish = json.loads(body)['prompt']['_0']['text']
        secret = 'hidden words '
        if wish == 'flood':
            for _ in range(2000): text('word ' * 400)
            answer('word ' * 5000)
        elif wish == 'slow':
            for number in range(600):
                text('word ')
                time.sleep(0.1)
            answer('')
        elif wish == 'hide':
            text('yes')
            answer(secret * 2000, [{'tool': 'csv', 'arguments': {}, 'status': 'succeeded', 'text': secret * 1000,
                                    'value': secret * 1000, 'files': [], 'milliseconds': 1}])
        elif wish == 'stages':
            for _ in range(100): stage(secret * 1000)
        elif wish == 'rubbish':
            agent.sendall(b'\xff' * 100000)
        elif wish == 'silent':
            while agent.recv(100): pass
        """#
}
