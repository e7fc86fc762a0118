using System.Diagnostics.CodeAnalysis;

namespace Gateway.Policies.Admission;

/// <summary>Requests that wait, by priority; among equals the first come is the first served and the last to be displaced. Not thread-safe.</summary>
internal sealed class WaitingRequests
{
    // Lowest first. There are as many as routes have different priorities.
    private readonly SortedList<int, LinkedList<Waiter>> _byPriority = [];

    public int Count { get; private set; }

    public void Add(Waiter waiter)
    {
        if (!_byPriority.TryGetValue(waiter.Priority, out LinkedList<Waiter>? equals))
        {
            _byPriority.Add(waiter.Priority, equals = new LinkedList<Waiter>());
        }

        equals.AddLast(waiter.Place);
        Count++;
    }

    /// <summary>False: it waits no longer.</summary>
    public bool Remove(Waiter waiter)
    {
        if (waiter.Place.List is not { } equals)
        {
            return false;
        }

        equals.Remove(waiter.Place);
        Count--;
        if (equals.Count == 0)
        {
            _byPriority.Remove(waiter.Priority);
        }

        return true;
    }

    /// <summary>Takes the next to be served: of the highest priority the first come.</summary>
    public bool TryTakeNext([NotNullWhen(true)] out Waiter? next)
    {
        next = Count == 0 ? null : _byPriority.GetValueAtIndex(_byPriority.Count - 1).First!.Value;
        return next is not null && Remove(next);
    }

    /// <summary>Takes the least important: of the lowest priority the last come, if it is below <paramref name="priority"/>.</summary>
    public bool TryTakeBelow(long priority, [NotNullWhen(true)] out Waiter? least)
    {
        least = Count == 0 || _byPriority.GetKeyAtIndex(0) >= priority ? null : _byPriority.GetValueAtIndex(0).Last!.Value;
        return least is not null && Remove(least);
    }
}
