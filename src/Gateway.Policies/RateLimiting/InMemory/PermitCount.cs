using Gateway.Policies.Routing;

namespace Gateway.Policies.RateLimiting.InMemory;

/// <summary>What one partition has used of one limit: its place in the table, for as long as the table does not change.</summary>
internal readonly ref struct PermitCount
{
    private readonly WordBlocks _blocks;
    private readonly ref PermitSlot _slot;

    public PermitCount(ref PermitSlot slot, WordBlocks blocks)
    {
        _slot = ref slot;
        _blocks = blocks;
    }

    public ref PermitSlot Slot => ref _slot;

    /// <summary>The state; empty before the first permit is taken.</summary>
    public Span<long> Words => _blocks[_slot.Block];

    /// <summary>Stamps' worth of memory that it has taken from the budget.</summary>
    public int Capacity => Counting.Capacity(this);

    private PermitCounting Counting => PermitCounting.Of(_slot.Form);

    /// <summary>True when this is how the request is counted.</summary>
    public bool Counts(in PermitRequest request) => _slot.Form == PermitCounting.FormOf(request) && Counting.Fits(this, request);

    /// <inheritdoc cref="PermitCounting.Left"/>
    public long Left(in PermitRequest request, long now) => Counting.Left(this, request, now);

    /// <inheritdoc cref="PermitCounting.Room"/>
    public long Room(in PermitRequest request, long permits, long now, MemoryBudget budget) => Counting.Room(this, request, permits, now, budget);

    /// <inheritdoc cref="PermitCounting.Take"/>
    public long Take(in PermitRequest request, long permits, long moment, long now, MemoryBudget budget) =>
        Counting.Take(this, request, permits, moment, now, budget);

    /// <inheritdoc cref="PermitCounting.Until"/>
    public long Until(in PermitRequest request, long permits, long now) => Counting.Until(this, request, permits, now);

    /// <inheritdoc cref="PermitCounting.Refund"/>
    public bool Refund(long receipt, long permits) => Counting.Refund(this, receipt, permits);

    /// <summary>The policy was edited: another algorithm begins anew, another form of the same takes over what is used.</summary>
    public void Rewrite(in PermitRequest request, MemoryBudget budget)
    {
        (long Moment, long Permits)[] taken = Counting.Taken(this);
        Discard(budget);
        _slot = new PermitSlot { Form = PermitCounting.FormOf(request) };
        Counting.TakeOver(this, taken, request, budget);
    }

    /// <summary>The state; a new one of so many words, all zero, where there is none.</summary>
    public Span<long> Open(int words) => _slot.Block.IsNone ? Resize(words) : Words;

    /// <summary>Lets a block of at least so many words in the place of the one there is, whose words it begins with.</summary>
    public Span<long> Resize(int words)
    {
        WordBlock former = _slot.Block;
        _slot.Block = _blocks.Rent(words);
        Span<long> larger = Words;
        _blocks[former].CopyTo(larger);
        larger[former.Words..].Clear();
        _blocks.Return(former);
        return larger;
    }

    /// <summary>Gives its memory back.</summary>
    public void Discard(MemoryBudget budget)
    {
        budget.Return(Capacity);
        _blocks.Return(_slot.Block);
    }
}
