using System.Net;

namespace Harness.LongRun;

/// <summary>What was answered, to all who ask.</summary>
internal sealed class Tally
{
    private const int MostExamples = 10;
    private readonly Lock _gate = new();
    private readonly Dictionary<(string Question, int Status), long> _answers = [];
    private readonly List<string> _examples = [];
    private List<double> _latencies = [];

    public long Total { get; private set; }

    public long Unexpected { get; private set; }

    /// <summary>Some of the answers that nobody expected.</summary>
    public IReadOnlyList<string> Examples => _examples;

    public void Answered(Question question, HttpStatusCode status, double milliseconds)
    {
        lock (_gate)
        {
            Total++;
            _latencies.Add(milliseconds);
            (string, int) kind = (question.Name, (int)status);
            _answers[kind] = _answers.GetValueOrDefault(kind) + 1;
        }
    }

    public void Wrong(string what)
    {
        lock (_gate)
        {
            Unexpected++;
            if (_examples.Count < MostExamples)
            {
                _examples.Add(what);
            }
        }
    }

    /// <summary>How often a question had this status.</summary>
    public long Of(string question, HttpStatusCode status)
    {
        lock (_gate)
        {
            return _answers.GetValueOrDefault((question, (int)status));
        }
    }

    public (string Question, int Status, long Count)[] Answers()
    {
        lock (_gate)
        {
            return [.. _answers.OrderBy(static answer => answer.Key).Select(static answer => (answer.Key.Question, answer.Key.Status, answer.Value))];
        }
    }

    /// <summary>The latencies since the last time, sorted.</summary>
    public double[] TakeLatencies()
    {
        lock (_gate)
        {
            double[] taken = [.. _latencies];
            _latencies = new List<double>(taken.Length);
            Array.Sort(taken);
            return taken;
        }
    }
}
