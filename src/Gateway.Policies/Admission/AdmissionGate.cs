namespace Gateway.Policies.Admission;

/// <summary>
/// Counts the requests in work, over all protected routes, and lets no more than the limit in. Some wait for a short time; when the
/// queue is full, a request of a higher priority takes the place of the least important that waits.
/// </summary>
public sealed class AdmissionGate(TimeProvider time)
{
    private readonly Lock _lock = new();
    private readonly WaitingRequests _waiting = new();
    private AdmissionLimits _limits = AdmissionLimits.None;
    private int _running;

    public AdmissionLimits Limits => Volatile.Read(ref _limits);

    /// <summary>Requests in work.</summary>
    public int Running => Volatile.Read(ref _running);

    /// <summary>Requests in the queue.</summary>
    public int Queued
    {
        get
        {
            lock (_lock)
            {
                return _waiting.Count;
            }
        }
    }

    /// <summary>Takes other limits. Requests in work stay; a raised limit serves those that wait, a shorter queue sheds the least important.</summary>
    public void Apply(AdmissionLimits limits)
    {
        lock (_lock)
        {
            _limits = limits;
            while (_running < limits.MaxConcurrentRequests && _waiting.TryTakeNext(out Waiter? next))
            {
                _running++;
                next.End(AdmissionOutcome.Queued);
            }

            while (_waiting.Count > limits.MaxQueuedRequests && _waiting.TryTakeBelow(long.MaxValue, out Waiter? least))
            {
                least.End(AdmissionOutcome.Full);
            }
        }
    }

    /// <summary>Asks for a slot. <see cref="AdmissionOutcome.Admitted"/> and <see cref="AdmissionOutcome.Queued"/> have one, and demand one <see cref="Leave"/>.</summary>
    public ValueTask<AdmissionOutcome> EnterAsync(int priority, CancellationToken aborted)
    {
        Waiter waiter;
        TimeSpan patience;
        lock (_lock)
        {
            // Nobody waits while a slot is free.
            if (_running < _limits.MaxConcurrentRequests)
            {
                _running++;
                return ValueTask.FromResult(AdmissionOutcome.Admitted);
            }

            if (_waiting.Count >= _limits.MaxQueuedRequests && !TryDisplace(priority))
            {
                return ValueTask.FromResult(AdmissionOutcome.Full);
            }

            waiter = new Waiter(this, priority);
            _waiting.Add(waiter);
            patience = _limits.QueueTimeout;
        }

        return new ValueTask<AdmissionOutcome>(WaitAsync(waiter, patience, aborted));
    }

    /// <summary>Gives a slot back: to the most important request that waits.</summary>
    public void Leave()
    {
        lock (_lock)
        {
            if (_running <= _limits.MaxConcurrentRequests && _waiting.TryTakeNext(out Waiter? next))
            {
                next.End(AdmissionOutcome.Queued);
            }
            else
            {
                _running--;
            }
        }
    }

    private async Task<AdmissionOutcome> WaitAsync(Waiter waiter, TimeSpan patience, CancellationToken aborted)
    {
        // No exceptions here: under overload they would come by the thousand.
        await using ITimer timer = time.CreateTimer(static state => GiveUp((Waiter)state!, AdmissionOutcome.TimedOut), waiter, patience, Timeout.InfiniteTimeSpan);
        await using CancellationTokenRegistration left = aborted.UnsafeRegister(static state => GiveUp((Waiter)state!, AdmissionOutcome.Aborted), waiter);
        return await waiter.Outcome;
    }

    private static void GiveUp(Waiter waiter, AdmissionOutcome outcome)
    {
        lock (waiter.Gate._lock)
        {
            if (waiter.Gate._waiting.Remove(waiter))
            {
                waiter.End(outcome);
            }
        }
    }

    private bool TryDisplace(int priority)
    {
        if (!_waiting.TryTakeBelow(priority, out Waiter? least))
        {
            return false;
        }

        least.End(AdmissionOutcome.Displaced);
        return true;
    }
}
